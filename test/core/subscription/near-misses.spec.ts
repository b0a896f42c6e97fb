import { beforeEach, describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../src/core/event/pattern.js';
import { NearMisses, withOtherSeparators } from '../../../src/core/subscription/near-misses.js';
import { Place } from '../../../src/core/subscription/place.js';

const placeOf = (pattern: string): Place => new Place(compilePattern(pattern), () => undefined);

describe('Near misses', () => {
  let told: string[];
  let misses: NearMisses;
  beforeEach(() => {
    told = [];
    misses = new NearMisses(new Map(), (pattern, topic) => void told.push(`${pattern} ${topic}`));
  });

  it('are told once of each pattern, until nobody listens there any more', () => {
    const places = ['order.*', 'cart.*'].map(placeOf);
    for (const topic of ['order:a', 'order:b']) misses.look(topic, places, true);
    expect(told).toEqual(['order.* order:a']);
    misses.vacated(places[0]!);
    misses.look('order:c', places, true);
    expect(told).toEqual(['order.* order:a', 'order.* order:c']);
  });

  it('are looked for again among earlier topics when somebody listens where nobody did', () => {
    expect(misses.occupied(placeOf('order.*'), true)).toBe(true);
    expect(misses.occupied(placeOf('order.*'), false)).toBe(false);
  });

  it('are not looked for when the same place was left since, and no topic looked at', () => {
    const place = placeOf('order.*');
    misses.occupied(place, true);
    misses.look('cart:a', [place], true);
    misses.vacated(place);
    expect(misses.occupied(place, true)).toBe(false);
    misses.vacated(place);
    misses.look('order:a', [], true);
    expect(misses.occupied(place, true)).toBe(true);
  });

  it('are looked for when a warning was given before, or only a wait was there', () => {
    const place = placeOf('order.*');
    misses.occupied(place, true);
    misses.look('order:a', [place], true);
    misses.vacated(place);
    expect(misses.occupied(place, true)).toBe(true);

    const waited = placeOf('cart.*');
    misses.look('cart:a', [], true);
    misses.occupied(waited, false);
    misses.vacated(waited);
    expect(misses.occupied(waited, true)).toBe(true);
  });

  it('of topics have the other separators, and never are the topic itself', () => {
    expect(withOtherSeparators('a:b.c')).toEqual(['a:b:c', 'a.b.c']);
    expect(withOtherSeparators('a:b')).toEqual(['a.b']);
    expect(withOtherSeparators('a')).toEqual([]);
  });
});
