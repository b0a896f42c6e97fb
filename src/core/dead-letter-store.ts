import type { BusEvent } from './event.js';
import { HANDLER_FAILED } from './handler-failed.js';
import type { HandlerFailure } from './report.js';
import type { Subscription } from './subscription.js';

/** A delivery that failed for good, as the bus keeps it. */
export interface Letter {
  readonly id: string;
  readonly event: BusEvent;
  /** Holds its handler no more firmly than it does itself: weakly, if it was made so. */
  readonly subscription: Subscription;
  error: unknown;
  attempts: number;
  /** ms since 1970 */
  failedAt: number;
}

let written = 0;

/** What failed for good, bounded: the oldest leaves first. */
export class DeadLetterStore {
  readonly #letters = new Map<string, Letter>();
  /**
   * Goes through the map as the oldest leave. To begin anew each time would be slow: a map keeps the places of deleted
   * entries for a while, and they are at its beginning.
   */
  readonly #oldest = this.#letters.keys();

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#letters.size;
  }

  /** Undefined where nothing is kept: of filters, of streams and waits, and of who is told of failures. */
  add({
    event,
    subscription,
    error,
    phase,
    attempts,
  }: Omit<HandlerFailure, 'deadLetter'>): Letter | undefined {
    if (phase !== 'handler' || subscription.kind !== 'handler' || event.topic === HANDLER_FAILED)
      return undefined;
    if (this.capacity === 0) return undefined;
    const id = `letter-${++written}`;
    const letter: Letter = { id, event, subscription, error, attempts, failedAt: Date.now() };
    this.#letters.set(id, letter);
    while (this.#letters.size > this.capacity) this.#letters.delete(this.#oldest.next().value!);
    return letter;
  }

  get(id: string): Letter | undefined {
    return this.#letters.get(id);
  }

  delete(id: string): boolean {
    return this.#letters.delete(id);
  }

  /** It has failed again, and is now the newest. One that has left meanwhile doesn't come back. */
  failedAgain(
    letter: Letter,
    { error, attempts }: { readonly error: unknown; readonly attempts: number },
  ): void {
    letter.error = error;
    letter.attempts += attempts;
    letter.failedAt = Date.now();
    if (this.#letters.delete(letter.id)) this.#letters.set(letter.id, letter);
  }

  /** From the oldest to the newest. */
  values(): Letter[] {
    return [...this.#letters.values()];
  }
}
