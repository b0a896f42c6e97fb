import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../src/core/event/pattern.js';
import { PatternChanges } from '../../../src/core/subscription/pattern-changes.js';
import { Place } from '../../../src/core/subscription/place.js';

const placeOf = (pattern: string): Place => new Place(compilePattern(pattern), () => undefined);

describe('The changes of patterns', () => {
  it('concern a topic that one of those matches that came later', () => {
    const changes = new PatternChanges();
    changes.add(placeOf('order:*'), false);
    const after = changes.count;
    changes.add(placeOf('cart:*'), false);
    expect(changes.concern('order:placed', 0)).toBe(true);
    expect(changes.concern('order:placed', after)).toBe(false);
    expect(changes.concern('cart:filled', after)).toBe(true);
    expect(changes.concern('cart:filled', changes.count)).toBe(false);
  });

  it('concern a topic that one only nearly matches, where that is to be warned of', () => {
    const changes = new PatternChanges();
    changes.add(placeOf('order.*'), false);
    expect(changes.concern('order:placed', 0)).toBe(false);
    changes.add(placeOf('order.*'), true);
    expect(changes.concern('order:placed', 0)).toBe(true);
  });

  it('are not remembered for ever: when they are too many, that is told, and they begin anew', () => {
    const changes = new PatternChanges();
    const answers = Array.from({ length: 101 }, (_, n) => changes.add(placeOf(`order:n${n}:*`), false));
    expect(answers).toEqual([...Array<boolean>(100).fill(false), true]);
    const after = changes.count;
    expect(changes.concern('order:n7:placed', after)).toBe(false);
    changes.add(placeOf('order:*'), false);
    expect(changes.concern('order:placed', after)).toBe(true);
    expect(changes.concern('order:n7:placed', after)).toBe(false);
  });
});
