import { setMaxListeners } from 'node:events';

type Listener = (reason: unknown) => void;

/**
 * Told once, when closing can't wait any longer. What goes on inside the bus listens by `add` and `delete`, for one attempt or
 * one wait each: a Set, since an AbortSignal is slow at that. The signal is for handlers.
 */
export class Shutoff {
  readonly #controller = new AbortController();
  readonly #listeners = new Set<Listener>();

  constructor() {
    // One bus has one, and any number of handlers in flight may listen to it.
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
  }

  delete(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }
}
