/** Those who wait for one signal, behind the one listener that the bus has on it. */
class Waiters {
  readonly #all = new Set<{ readonly tell: () => void }>();

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  add(tell: () => void): () => void {
    const waiter = { tell };
    this.#all.add(waiter);
    return () => {
      if (!this.#all.delete(waiter) || this.#all.size > 0) return;
      waitersOf.delete(this.signal);
      this.signal.removeEventListener('abort', this.#onAbort);
    };
  }

  readonly #onAbort = (): void => {
    waitersOf.delete(this.signal);
    for (const { tell } of this.#all) tell();
  };
}

const waitersOf = new WeakMap<AbortSignal, Waiters>();

/**
 * Calls the listener, which must not throw, once the signal is aborted; never, where it is already. All that waits for a signal shares
 * one listener on it: Node warns of a leak from the eleventh on, and needs the longer to remove one the more there are.
 *
 * @returns a function that gives up waiting
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) return () => {};
  let waiters = waitersOf.get(signal);
  if (waiters === undefined) waitersOf.set(signal, (waiters = new Waiters(signal)));
  return waiters.add(listener);
}
