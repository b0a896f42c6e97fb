import type { BusEvent } from '../event/event.js';
import { HANDLER_FAILED } from '../event/handler-failed.js';
import { LinkedList, type Linked } from '../queue/linked-list.js';
import type { HandlerFailure } from '../publish/report.js';
import type { Subscription } from '../subscription/subscription.js';

/** A delivery that failed for good, as the bus keeps it. */
export interface Letter extends Linked<Letter> {
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
  readonly #byId = new Map<string, Letter>();
  /** From the oldest to the newest. Not the map's own order: to find its first key gets slow as first keys are deleted. */
  readonly #letters = new LinkedList<Letter>();

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
    if (phase !== 'handler' || event.topic === HANDLER_FAILED) return undefined;
    if (this.capacity === 0) return undefined;
    const id = `letter-${++written}`;
    const failedAt = Date.now();
    const letter: Letter = {
      id,
      event,
      subscription,
      error,
      attempts,
      failedAt,
      previous: undefined,
      next: undefined,
    };
    if (this.size === this.capacity) this.delete(this.#letters.first!.id);
    this.#byId.set(id, letter);
    this.#letters.append(letter);
    return letter;
  }

  get(id: string): Letter | undefined {
    return this.#byId.get(id);
  }

  delete(id: string): boolean {
    const letter = this.#byId.get(id);
    if (letter === undefined) return false;
    this.#letters.remove(letter);
    return this.#byId.delete(id);
  }

  /** It has failed again, and is now the newest. One that has left meanwhile doesn't come back. */
  failedAgain(
    letter: Letter,
    { error, attempts }: { readonly error: unknown; readonly attempts: number },
  ): void {
    letter.error = error;
    letter.attempts += attempts;
    letter.failedAt = Date.now();
    if (this.#byId.get(letter.id) !== letter) return;
    this.#letters.remove(letter);
    this.#letters.append(letter);
  }

  /** From the oldest to the newest. */
  values(): Letter[] {
    const all: Letter[] = [];
    for (let letter = this.#letters.first; letter !== undefined; letter = letter.next) all.push(letter);
    return all;
  }
}
