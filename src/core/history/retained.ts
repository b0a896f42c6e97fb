import type { BusEvent } from '../event/event.js';
import type { Pattern } from '../event/pattern.js';

/** The last event of each topic that is defined with `retain: true`. Bounded by the number of definitions. */
export class Retained {
  readonly #byTopic = new Map<string, BusEvent>();

  add(event: BusEvent): void {
    // A topic that is set again moves to the end, so that the map stays in the order of occurrence.
    this.#byTopic.delete(event.topic);
    this.#byTopic.set(event.topic, event);
  }

  /** The one that happened last among those that match and are accepted. */
  last(pattern: Pattern, accepts: (event: BusEvent) => boolean): BusEvent | undefined {
    const matching = [...this.#byTopic.values()].filter(({ topic }) => pattern.matches(topic));
    return matching.reverse().find(accepts);
  }
}
