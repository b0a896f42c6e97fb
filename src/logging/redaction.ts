import type { IsSecret } from './secret-names.js';
import { secretNames } from './secret-names.js';

/** A part of the paths to be redacted: what is below it, by key; `*` is any. */
interface PathNode {
  readonly below: Map<string, PathNode>;
  end: boolean;
}

/** Where the walk through some data is, in the paths to be redacted. */
export type Place = readonly PathNode[];

/** What is not shown of data: by name, wherever it stands, and by path. */
export interface Redaction {
  readonly isSecret: IsSecret;
  readonly top: Place;
}

/** @param paths such as `customer.email` and `items.*.card`, from the top of the data */
export function createRedaction(keys: readonly string[] = [], paths: readonly string[] = []): Redaction {
  const top = node();
  for (const path of paths) {
    let at = top;
    for (const key of path.split('.')) {
      let next = at.below.get(key);
      if (next === undefined) at.below.set(key, (next = node()));
      at = next;
    }
    at.end = true;
  }
  return { isSecret: secretNames(keys), top: paths.length === 0 ? [] : [top] };
}

/** The place below, and whether what is there is not shown. */
export function placeBelow(place: Place, key: string): Place {
  if (place.length === 0) return place;
  return place.flatMap(({ below }) => [below.get(key), below.get('*')].filter((next) => next !== undefined));
}

export function isEnd(place: Place): boolean {
  return place.some(({ end }) => end);
}

function node(): PathNode {
  return { below: new Map(), end: false };
}
