import type { DeadLetterStore, Letter } from './dead-letter-store.js';
import type { Engine } from '../engine.js';
import { SubscriptionEndedError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { checkDeadLetterQuery } from '../options.js';
import type { PatternLike } from '../event/pattern-argument.js';
import { toPattern } from '../event/pattern-argument.js';
import { redeliver } from './redelivery.js';
import type { EmitReport } from '../publish/report.js';
import type { Sensitivity } from '../history/sensitivity.js';

/** A delivery that failed for good. */
export interface DeadLetter {
  /** Unique within the process. */
  readonly id: string;
  /** As it may be shown: without what is secret, and a sensitive one without its data and metadata. Redelivered is the real one. */
  readonly event: BusEvent;
  /** Whose handler failed: `Module/Class.method`, or the function's name. */
  readonly subscription: string;
  readonly subscriptionId: string;
  /** What the last attempt threw; as it may be shown, and undefined for a sensitive event, since it may say what the handler was given. */
  readonly error: unknown;
  /** How many times the handler was called in all, redeliveries included. */
  readonly attempts: number;
  /** ms since 1970; of the last failure. */
  readonly failedAt: number;
}

export interface DeadLetterQuery {
  /** Only events of topics that match. @default '**' */
  pattern?: PatternLike;
  /** At most so many, the oldest. @default all */
  limit?: number;
}

/** What `redeliverAll` answers, in letters. */
export interface RedeliveryReport {
  /** Handled now, and gone from the list. */
  readonly redelivered: number;
  /** Failed again, and still there. */
  readonly failed: number;
  /** Still there, since nobody is left to handle them. */
  readonly orphaned: number;
}

/**
 * What failed for good, in memory and bounded: when there are more than the option `deadLetters.capacity`, the oldest leaves.
 * Kept are deliveries to handlers, but for handlers of `system:handler_failed`.
 */
export class DeadLetters {
  readonly #engine: Engine;
  readonly #store: DeadLetterStore;
  readonly #underWay = new Map<string, Promise<EmitReport>>();

  /** @internal */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.#store = engine.deadLetters;
  }

  /** How many are kept now. */
  get size(): number {
    return this.#store.size;
  }

  /** How many are kept at most. */
  get capacity(): number {
    return this.#store.capacity;
  }

  /** Those whose events match, the oldest first. @throws InvalidPatternError, InvalidOptionError */
  list(query: DeadLetterQuery = {}): DeadLetter[] {
    checkDeadLetterQuery(query);
    const { pattern, limit = Infinity } = query;
    const found = this.#matching(pattern).slice(0, limit);
    return found.map((letter) => shown(letter, this.#engine.sensitivity));
  }

  /**
   * Calls the handler that failed, and no other, with the event: at once, whether it is paused or not, with its timeout and
   * its retries. If it succeeds the letter is gone; if it fails the letter counts the attempts, and the failure is told as any.
   * Asked again while that goes on, it answers the same promise. Where the subscription has ended, one of the same owner,
   * pattern and key (or, without a key, name) takes its place.
   *
   * @returns what came of it; undefined when there is no such letter
   * @throws (rejects) SubscriptionEndedError; BusClosedError
   */
  redeliver(id: string): Promise<EmitReport | undefined> {
    const letter = this.#store.get(id);
    const underWay = this.#underWay.get(id);
    if (underWay !== undefined || letter === undefined) return underWay ?? Promise.resolve(undefined);
    const promise = redeliver(this.#engine, letter).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, promise);
    promise.catch(() => {});
    return promise;
  }

  /**
   * Redelivers the letters that are there now and whose events match, one after another, the oldest first.
   *
   * @throws (rejects) InvalidPatternError; BusClosedError when the bus closes before it is done
   */
  async redeliverAll(pattern?: PatternLike): Promise<RedeliveryReport> {
    const report = { redelivered: 0, failed: 0, orphaned: 0 };
    for (const { id } of this.#matching(pattern)) {
      try {
        const outcome = await this.redeliver(id);
        if (outcome === undefined) continue; // somebody else has seen to it
        report[outcome.failures.length === 0 ? 'redelivered' : 'failed']++;
      } catch (error) {
        if (!(error instanceof SubscriptionEndedError)) throw error;
        report.orphaned++;
      }
    }
    return report;
  }

  /** Forgets one. Answers whether it was there. */
  discard(id: string): boolean {
    return this.#store.delete(id);
  }

  #matching(pattern: PatternLike = '**'): Letter[] {
    const wanted = toPattern(pattern);
    return this.#store.values().filter(({ event }) => wanted.matches(event.topic));
  }
}

/** What may be shown of a letter; what is redelivered stays as it is. */
function shown(letter: Letter, sensitivity: Sensitivity): DeadLetter {
  const { id, event, subscription, attempts, failedAt } = letter;
  return {
    id,
    event: sensitivity.shown(event),
    subscription: subscription.label,
    subscriptionId: subscription.id,
    error: sensitivity.shownError(letter.error, event),
    attempts,
    failedAt,
  };
}
