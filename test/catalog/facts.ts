import { assemble, type Facts } from '../../src/catalog/assemble.js';
import type { Catalogue } from '../../src/catalog/catalogue.js';

/** The catalogue of an application of which this is known. */
export function catalogueOf(facts: Partial<Facts>): Catalogue {
  return assemble({
    source: 'modules',
    definitions: [],
    definedIn: () => [],
    isSensitive: () => false,
    emitters: [],
    listeners: [],
    deaf: [],
    permissions: { rights: [] },
    ...facts,
  });
}

export function emits(emitter: string, ...patterns: string[]): Facts['emitters'] {
  return patterns.map((pattern) => ({ emitter, pattern }));
}

export function hears(handler: string, ...patterns: string[]): Facts['listeners'] {
  return patterns.map((pattern) => ({ handler, pattern, options: {} }));
}
