import type { BusEvent } from '../event/event.js';
import { checkHistoryQuery } from '../options.js';
import type { PatternLike } from '../event/pattern-argument.js';
import { toPattern } from '../event/pattern-argument.js';
import type { Pattern } from '../event/pattern.js';
import { Latest } from './latest.js';
import type { Scope } from '../subscription/scope.js';

export interface HistoryQuery {
  /** Only topics that match. @default '**' */
  pattern?: PatternLike;
  /** At most so many, the newest. @default all that are kept */
  limit?: number;
  /** Only events with a timestamp (ms since 1970) of this or later. @default all */
  since?: number | Date;
}

/**
 * The last events of the whole bus, bounded: the oldest leaves first. Its capacity is the option `history.capacity`. Secrets are left
 * out as they are read, not as they are kept, so that who doesn't read pays nothing.
 */
export class History {
  readonly #events: Latest<BusEvent>;

  /** @internal */
  constructor(
    capacity: number,
    private readonly shown: (event: BusEvent) => BusEvent = (event) => event,
  ) {
    this.#events = new Latest(capacity);
  }

  /** How many events are kept now. */
  get size(): number {
    return this.#events.size;
  }

  /** How many events are kept at most. */
  get capacity(): number {
    return this.#events.capacity;
  }

  /** @internal */
  add(event: BusEvent): void {
    this.#events.push(event);
  }

  /** The events that match, oldest first. @throws InvalidPatternError, InvalidOptionError */
  recent(query: HistoryQuery = {}): BusEvent[] {
    checkHistoryQuery(query);
    const { pattern = '**', limit = Infinity, since = 0 } = query;
    const wanted = toPattern(pattern);
    const found: BusEvent[] = [];
    for (const event of this.#events.newestFirst()) {
      if (found.length >= limit) break;
      if (event.timestamp >= Number(since) && wanted.matches(event.topic)) found.push(event);
    }
    return found.reverse().map(this.shown);
  }

  /** The newest event of this topic (or pattern). @throws InvalidPatternError */
  last(topic: PatternLike): BusEvent | undefined {
    const wanted = toPattern(topic);
    for (const event of this.#events.newestFirst()) if (wanted.matches(event.topic)) return this.shown(event);
    return undefined;
  }

  /** @internal The newest event that matches, was heard in that scope, and is accepted. */
  lastIn(scope: Scope, pattern: Pattern, accepts: (event: BusEvent) => boolean): BusEvent | undefined {
    // A copy, since who accepts may emit, or clear.
    for (const event of [...this.#events.newestFirst()]) {
      if (pattern.matches(event.topic) && scope.hears(event.scope) && accepts(event)) return event;
    }
    return undefined;
  }

  /** @internal Puts something else in the place of each event. */
  map(change: (event: BusEvent) => BusEvent): void {
    this.#events.map(change);
  }

  clear(): void {
    this.#events.clear();
  }
}
