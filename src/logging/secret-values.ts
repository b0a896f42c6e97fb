import { types } from 'node:util';
import { ownEntries } from './own-values.js';
import { toldSecret } from './parts.js';
import type { Place, Redaction } from './redaction.js';
import { isEnd, placeBelow } from './redaction.js';

/** Shorter ones are no secrets, and are part of many other words. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 10_000;
const MAX_VALUES = 100;
/** How many parts of some data are looked at. */
const MAX_PARTS = 5_000;

interface Part {
  readonly value: unknown;
  readonly place: Place;
  readonly isSecret: boolean;
}

/** The texts and numbers that stand in data where a secret does: what an error's message must not repeat. */
export function secretValues(data: unknown, { isSecret, top }: Redaction): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<object>();
  const open: Part[] = [{ value: data, place: top, isSecret: false }];
  for (let parts = 0; parts < MAX_PARTS && found.size < MAX_VALUES; parts++) {
    const part = open.pop();
    if (part === undefined) break;
    const { value } = part;
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value) || types.isProxy(value)) continue;
      seen.add(value);
      const told = toldSecret(value, isSecret);
      for (const [key, below] of ownEntries(value)) {
        if (open.length >= MAX_PARTS) break;
        const place = placeBelow(part.place, key);
        const isNamed = key === told || isSecret(key) || isEnd(place);
        open.push({ value: below, place, isSecret: part.isSecret || isNamed });
      }
    } else if (part.isSecret && (typeof value === 'string' || typeof value === 'number')) {
      const text = String(value);
      if (text.length >= MIN_LENGTH && text.length <= MAX_LENGTH) found.add(text);
    }
  }
  return [...found];
}
