import { runInThisContext } from 'node:vm';

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;

/**
 * Collects what would end a process in place of jest, which would fail whichever test is running. Jest gives specs a copy of
 * `process`, whose listeners are never called; these are on the real one.
 */
export function collectProcessFaults(): { settled(): Promise<readonly unknown[]>; stop(): void } {
  const real = runInThisContext('process') as NodeJS.Process;
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const before = EVENTS.map((name) => [name, real.rawListeners(name)] as const);
  for (const name of EVENTS) {
    real.removeAllListeners(name);
    real.on(name, onFault);
  }
  return {
    /** What was collected once Node has had the turn in which it looks for rejections that nobody handled. */
    async settled() {
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      return faults;
    },
    stop() {
      for (const [name, listeners] of before) {
        real.removeListener(name, onFault);
        for (const listener of listeners) real.on(name, listener as (fault: unknown) => void);
      }
    },
  };
}
