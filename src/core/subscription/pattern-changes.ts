import { fold } from '../event/pattern.js';
import type { Place } from './place.js';

/** After so many changes, it costs less to resolve a route anew than to look whether they concern it. */
const MOST = 100;

interface Change {
  readonly place: Place;
  /** What nearly matches is concerned, too, since it is to be warned of. */
  readonly nearly: boolean;
}

/**
 * Which patterns have gained or lost a subscription lately. A route looks through those that came after it when its topic is emitted
 * the next time, so that whoever subscribes need not look through all routes (1 ms at 10,000).
 */
export class PatternChanges {
  #latest: Change[] = [];
  #count = 0;

  /** How many there have been in all. */
  get count(): number {
    return this.#count;
  }

  /** Answers whether they have become too many to be looked through: then all routes from before must be forgotten. */
  add(place: Place, nearly: boolean): boolean {
    this.#count++;
    const areTooMany = this.#latest.push({ place, nearly }) > MOST;
    if (areTooMany) this.#latest = [];
    return areTooMany;
  }

  /** Whether one of those that came after so many concerns the topic. */
  concern(topic: string, after: number): boolean {
    let folded: string | undefined;
    for (let at = this.#latest.length - (this.#count - after); at < this.#latest.length; at++) {
      const { place, nearly } = this.#latest[at]!;
      if (place.pattern.matches(topic)) return true;
      if (nearly && place.isNearMiss(topic, (folded ??= fold(topic)))) return true;
    }
    return false;
  }
}
