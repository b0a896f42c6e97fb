import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, fold, nearMissOf } from '../../../src/core/event/pattern.js';
import { PatternIndex } from '../../../src/core/subscription/pattern-index.js';
import { Place } from '../../../src/core/subscription/place.js';

const placeOf = (pattern: string): Place => new Place(compilePattern(pattern), () => undefined);

function text(segments: string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...segments),
      fc.array(fc.tuple(fc.constantFrom(':', '.'), fc.constantFrom(...segments)), { maxLength: 4 }),
    )
    .map(([first, rest]) => first + rest.map((each) => each.join('')).join(''));
}

describe('An index of patterns', () => {
  it('finds every pattern that hears a topic, or nearly, and none that was deleted', () => {
    const patterns = fc.uniqueArray(
      text(['a', 'B', 'ab', '*', '**']).filter((pattern) => pattern.includes('*')),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(patterns, text(['a', 'A', 'b', 'ab']), fc.nat(), (all, topic, keep) => {
        const index = new PatternIndex();
        const places = all.map(placeOf);
        for (const place of places) index.add(place);
        const kept = places.filter((_, n) => n % 3 !== keep % 3);
        for (const place of places) if (!kept.includes(place)) index.delete(place);
        const found = index.candidates(topic);
        const due = kept.filter(
          ({ pattern }) => pattern.matches(topic) || nearMissOf(pattern)(topic, fold(topic)),
        );
        expect(due.filter((place) => !found.includes(place))).toEqual([]);
        expect(found.filter((place) => !kept.includes(place))).toEqual([]);
        expect(new Set(found).size).toBe(found.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks at none that begins otherwise', () => {
    const index = new PatternIndex();
    for (let n = 0; n < 100; n++) index.add(placeOf(`user:u${n}:*`));
    for (const pattern of ['user:*', 'User.U7.**', '*:moved', 'other:**']) index.add(placeOf(pattern));
    expect(index.candidates('user:u7:moved').map(({ pattern }) => pattern.source)).toEqual([
      'user:u7:*',
      'User.U7.**',
      'user:*',
      '*:moved',
    ]);
  });
});
