import { compileFunction } from 'node:vm';

/** Enough for a call site to give up on knowing whom it calls, and few enough that each of them gets warm. */
const KINDS = 16;

/**
 * Handlers that count their calls. They are compiled apart from each other: closures of one function share its code, which the
 * loop that calls them would inline, as in no application.
 */
export class Handlers {
  /** How many times handlers were called. */
  calls = 0;
  #sync = this.#kinds('(data) { handlers.calls += data.count; }');
  #async = this.#kinds('(data) { handlers.calls += data.count; }', 'async');
  #made = 0;

  /** A new handler. */
  sync() {
    return this.#sync[this.#made++ % KINDS]();
  }

  /** A new handler that returns a promise. */
  async() {
    return this.#async[this.#made++ % KINDS]();
  }

  #kinds(source, prefix = '') {
    return Array.from({ length: KINDS }, (_, kind) =>
      compileFunction(`return () => ${prefix} function handle${kind}${source};`, ['handlers'])(this),
    );
  }
}

/** What is emitted. */
export const DATA = { count: 1, orderId: 'o-1', total: 99.5 };
