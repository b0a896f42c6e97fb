import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CachedRoute } from '../../../src/core/subscription/route-cache.js';
import { RouteCache } from '../../../src/core/subscription/route-cache.js';

const routeOf = (topic: string): CachedRoute => ({
  topic,
  subscriptions: [],
  repeats: false,
  definition: undefined,
  retain: false,
  allowed: undefined,
  upTo: 0,
});

const TOPICS = ['a', 'b', 'a:x', 'a:y', 'a.x', 'b:x', 'b:x.y', 'c:1', 'c:2', 'c:3'];

type Step = ['set' | 'get' | 'delete' | 'clear', string];

const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('set'), fc.constantFrom(...TOPICS)) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('get'), fc.constantFrom(...TOPICS)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('delete'), fc.constantFrom(...TOPICS)) },
  { weight: 1, arbitrary: fc.constant(['clear', TOPICS[0]!]) },
) as fc.Arbitrary<Step>;

/** Does one step to the cache and to the routes that it may still know. Answers what was asked for. */
function perform(
  [kind, text]: Step,
  cache: RouteCache,
  valid: Map<string, CachedRoute>,
): CachedRoute | undefined {
  const found = cache.get(text);
  if (kind === 'set' && found === undefined) {
    valid.set(text, routeOf(text));
    cache.set(valid.get(text)!);
  } else if (kind === 'delete') {
    valid.delete(text);
    cache.delete(text);
  } else if (kind === 'clear') {
    valid.clear();
    cache.clear();
  }
  return cache.get(text);
}

describe('a route cache', () => {
  it('answers the last route that was set or nothing, never a forgotten one, and never holds more than its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(step, { maxLength: 80 }), (size, steps) => {
        const cache = new RouteCache(size);
        const valid = new Map<string, CachedRoute>();
        for (const each of steps) {
          const found = perform(each, cache, valid);
          expect([undefined, valid.get(each[1])]).toContain(found);
          expect(each[0] !== 'set' || found !== undefined).toBe(true);
          expect(cache.size).toBeLessThanOrEqual(size);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('forgets the route of a topic alone, in both generations', () => {
    const cache = new RouteCache(20);
    for (const topic of TOPICS) cache.set(routeOf(topic)); // ten: the old generation is full with the next
    for (const topic of ['a:z', 'd:1']) cache.set(routeOf(topic));
    expect(cache.size).toBe(12);
    for (const topic of ['a:x', 'a:z', 'never:set']) cache.delete(topic);
    expect(cache.size).toBe(10);
    for (const topic of [...TOPICS, 'a:z', 'd:1']) {
      expect([topic, cache.get(topic)?.topic]).toEqual([
        topic,
        ['a:x', 'a:z'].includes(topic) ? undefined : topic,
      ]);
    }
  });

  it('keeps what is in use while topics that are used once pass through', () => {
    const cache = new RouteCache(10);
    const inUse = ['hot:1', 'hot:2', 'hot:3'];
    for (const topic of inUse) cache.set(routeOf(topic));
    for (let n = 0; n < 1_000; n++) {
      cache.set(routeOf(`cold:${n}`));
      for (const topic of inUse) expect(cache.get(topic)?.topic).toBe(topic);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
  });
});
