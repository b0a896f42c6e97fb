import { fold } from '../event/pattern.js';
import type { Place } from './place.js';

/** Tells once of each pattern that hears nearly, but only nearly, what is emitted. */
export class NearMisses {
  /** How many topics were looked at. */
  #looks = 0;

  constructor(
    private readonly topics: ReadonlyMap<string, Place>,
    private readonly tell: (pattern: string, topic: string) => void,
  ) {}

  /** @param missed places of patterns that don't hear the topic @param isHeard whether anybody does */
  look(topic: string, missed: readonly Place[], isHeard: boolean): void {
    this.#looks++;
    const folded = missed.length === 0 ? '' : fold(topic);
    for (const place of missed)
      if (!place.warned && place.isNearMiss(topic, folded)) this.#warn(place, topic);
    if (!isHeard) this.#lookAtTopics(topic);
  }

  /**
   * Somebody listens where nobody did. Answers whether topics that were looked at before are to be looked at again. Not for waits and
   * streams, which come and go too often; nor for who comes back before another topic was looked at (150 ns less).
   */
  occupied(place: Place, isHandler: boolean): boolean {
    if (place.comparedUpTo === this.#looks) return false;
    place.comparedUpTo = isHandler ? this.#looks : undefined;
    return isHandler;
  }

  /** Nobody listens there any more. If somebody does again, there is a new warning. */
  vacated(place: Place): void {
    if (place.comparedUpTo !== undefined) place.comparedUpTo = place.warned ? undefined : this.#looks;
    place.warned = false;
  }

  /** `order.placed` is emitted and nobody hears it, but somebody listens to `order:placed`. */
  #lookAtTopics(topic: string): void {
    for (const other of withOtherSeparators(topic)) {
      const place = this.topics.get(other);
      if (place !== undefined && place.size > 0 && !place.warned) this.#warn(place, topic);
    }
  }

  #warn(place: Place, topic: string): void {
    place.warned = true;
    this.tell(place.pattern.source, topic);
  }
}

/** `a.b.c` and `a:b:c` for `a:b.c`, but never the topic itself. */
export function withOtherSeparators(topic: string): string[] {
  return [topic.replaceAll('.', ':'), topic.replaceAll(':', '.')].filter((other) => other !== topic);
}
