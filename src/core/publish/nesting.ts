import { RecursionError } from '../errors.js';

/** Which emits are under way inside which, so that a circle of handlers ends with an error that names it. */
export class Nesting {
  /** The topics from the outermost emit inwards; only the first `depth` of them count. */
  readonly #topics: string[] = [];
  #depth = 0;

  constructor(private readonly limit: number) {}

  /** @throws RecursionError */
  enter(topic: string): void {
    if (this.#depth >= this.limit) throw new RecursionError(this.limit, [...this.chain(), topic]);
    this.#topics[this.#depth++] = topic;
  }

  leave(): void {
    this.#depth--;
  }

  /** The emits that are under way now, to be continued after an await. */
  chain(): readonly string[] {
    return this.#topics.slice(0, this.#depth);
  }

  /** Runs synchronous work as part of a chain that began earlier. */
  within<T>(chain: readonly string[], work: () => T): T {
    const outer = this.chain();
    this.#restore(chain);
    try {
      return work();
    } finally {
      this.#restore(outer);
    }
  }

  #restore(chain: readonly string[]): void {
    this.#depth = chain.length;
    for (const [at, topic] of chain.entries()) this.#topics[at] = topic;
  }
}
