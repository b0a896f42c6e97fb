import { fold } from '../event/pattern.js';
import type { Place } from './place.js';

/**
 * Finds the places of patterns that may hear a topic, or nearly, by the literal segments with which they begin. What that costs depends
 * on the topic's length and on the patterns that begin like it, not on how many others there are.
 */
export class PatternIndex {
  readonly #byStart = new Map<string, Set<Place>>();
  /** Those that begin with a wildcard. */
  readonly #any = new Set<Place>();

  add(place: Place): void {
    const start = startOf(place.pattern.source);
    const known = start === '' ? this.#any : this.#byStart.get(start);
    if (known === undefined) this.#byStart.set(start, new Set([place]));
    else known.add(place);
  }

  delete(place: Place): void {
    const start = startOf(place.pattern.source);
    const known = start === '' ? this.#any : this.#byStart.get(start)!;
    known.delete(place);
    if (known.size === 0) this.#byStart.delete(start);
  }

  /** Beginning with those that begin like all of the topic. */
  candidates(topic: string): readonly Place[] {
    const found: Place[] = [];
    if (this.#byStart.size > 0) {
      const folded = fold(topic);
      for (let end = folded.length; end > 0; end = folded.lastIndexOf(':', end - 1)) {
        collect(this.#byStart.get(folded.slice(0, end)), found);
      }
    }
    collect(this.#any, found);
    return found;
  }
}

/** `order:new` for `Order.new.*`, nothing for `*:new`: what every topic begins with that the pattern hears, or nearly. */
function startOf(pattern: string): string {
  return fold(pattern.slice(0, Math.max(0, pattern.indexOf('*') - 1)));
}

function collect(places: ReadonlySet<Place> | undefined, found: Place[]): void {
  if (places !== undefined) for (const place of places) found.push(place);
}
