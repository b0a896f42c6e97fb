import { ShutdownSignal } from '@nestjs/common';

/**
 * Calls back at the first signal that the application handles as a shutdown: while it starts, Nest would answer one only after the
 * start has ended. Where nobody listens to a signal it ends the process, as ever. Returns what stops the watch.
 */
export function onShutdownSignal(callback: (signal: string) => void): () => void {
  const watched = Object.values(ShutdownSignal).filter((signal) => process.listenerCount(signal) > 0);
  const stop = (): void => {
    for (const signal of watched) process.removeListener(signal, listener);
  };
  const listener = (signal: NodeJS.Signals): void => {
    stop();
    callback(signal);
    // The others may have left meanwhile: then this one has kept the signal from what it does by default.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of watched) process.on(signal, listener);
  return stop;
}
