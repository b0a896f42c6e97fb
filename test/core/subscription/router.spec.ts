import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineEvent, InvalidTopicError } from 'nestjs-event-bus/core';
import type { Owner } from '../../../src/core/owner.js';
import { compilePattern, fold, nearMissOf } from '../../../src/core/event/pattern.js';
import type { RouterOptions } from '../../../src/core/subscription/router.js';
import { hasRepeats, isSame, Router } from '../../../src/core/subscription/router.js';
import type { SubscriptionTraits } from '../../../src/core/subscription/extras.js';
import type { RawHandler } from '../../../src/core/subscription/raw-handler.js';
import type { Subscription } from '../../../src/core/subscription/subscription.js';
import { naivePattern } from '../../support/naive-pattern.js';
import { subscribeTo } from '../../support/subscription.js';

const routerWith = (options: Partial<RouterOptions> = {}): Router =>
  new Router({
    cacheSize: 100,
    definitionOf: () => undefined,
    retains: () => false,
    onNearMiss: () => undefined,
    onRemoved: () => undefined,
    ...options,
  });

const TOPICS = ['a', 'b', 'a:x', 'a:y', 'a.x', 'b:x', 'a:x:y'];
const PATTERNS = [...TOPICS, '*', '**', 'a:*', 'a:**', '*:x', '**.x', '*:*:*'];

type Step = { add: string; priority: number } | { remove: number } | { route: string };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ add: fc.constantFrom(...PATTERNS), priority: fc.constantFrom(0, 0, 0, 1, -1, Infinity) }),
    fc.record({ remove: fc.nat() }),
    fc.record({ route: fc.constantFrom(...TOPICS) }),
  ),
  { maxLength: 60 },
);

/** Does a step to the router and to a plain list. Answers the topics that the step asked for. */
function perform(step: Step, router: Router, live: Subscription[]): string[] {
  if ('route' in step) return [step.route];
  if ('add' in step) live.push(subscribeTo(router, step.add, { traits: { priority: step.priority } }));
  else {
    const [gone] = live.splice(step.remove % Math.max(1, live.length), 1);
    const answers = gone === undefined ? [true, false] : [gone.unsubscribe(), gone.unsubscribe()];
    if (!isDeepStrictEqual(answers, [true, false]))
      throw new Error(`unsubscribe() answered ${answers.join()}`);
  }
  return [];
}

function hearing(topic: string, live: readonly Subscription[]): Subscription[] {
  return live
    .filter(({ pattern }) => naivePattern(pattern).test(topic))
    .sort((a, b) => (a.priority === b.priority ? 0 : b.priority - a.priority));
}

describe('a router', () => {
  it('answers, after any changes, who hears a topic: by priority, then in the order of subscription', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 8 }), (all, cacheSize) => {
        const router = routerWith({ cacheSize });
        const live: Subscription[] = [];
        for (const step of all) {
          for (const topic of perform(step, router, live)) {
            expect(router.route(topic).subscriptions).toEqual(hearing(topic, live));
          }
          expect(router.size).toBe(live.length);
          expect(router.routes.cached).toBeLessThanOrEqual(cacheSize);
        }
        for (const topic of TOPICS) expect(router.route(topic).subscriptions).toEqual(hearing(topic, live));
        expect(new Set(router)).toEqual(new Set(live));
      }),
      { numRuns: 500 },
    );
  });

  it('resolves a topic once, and again only after a change that concerns it', () => {
    const router = routerWith();
    const resolvedBy = (work: () => void): string[] => {
      work();
      return TOPICS.filter((topic) => {
        const before = router.routes.resolved;
        router.route(topic);
        return router.routes.resolved > before;
      });
    };
    expect(resolvedBy(() => undefined)).toEqual(TOPICS);
    expect(resolvedBy(() => undefined)).toEqual([]);
    let one!: Subscription;
    for (const pattern of PATTERNS) {
      const concerned = TOPICS.filter((topic) => naivePattern(pattern).test(topic));
      const isNear = nearMissOf(compilePattern(pattern));
      // A new pattern also concerns what it only nearly hears: of that it is warned, once.
      const near = TOPICS.filter((topic) => isNear(topic, fold(topic)));
      expect(new Set(resolvedBy(() => (one = subscribeTo(router, pattern))))).toEqual(
        new Set([...concerned, ...near]),
      );
      expect(resolvedBy(() => one.unsubscribe())).toEqual(concerned);
    }
    expect(resolvedBy(() => router.forget('a:x'))).toEqual(['a:x']);
  });

  it('never changes a route that it has given away', () => {
    const router = routerWith();
    const first = subscribeTo(router, 'a:x');
    const second = subscribeTo(router, 'a:*');
    const route = router.route('a:x');
    first.unsubscribe();
    subscribeTo(router, 'a:x', { traits: { priority: 9 } });
    expect(route.subscriptions).toEqual([first, second]);
    expect(router.route('a:x')).not.toBe(route);
  });

  it('refuses, with a route as without, what is no topic', () => {
    const router = routerWith();
    subscribeTo(router, 'a:*');
    for (const bad of ['a:*', '', 'a b', 7 as never]) {
      expect(() => router.route(bad)).toThrow(InvalidTopicError);
      expect(() => router.route(bad)).toThrow(InvalidTopicError);
    }
  });

  it('puts the definition of the topic into the route', () => {
    const definition = defineEvent('a:x', { retain: true });
    const router = routerWith({ definitionOf: (topic) => (topic === 'a:x' ? definition : undefined) });
    expect(router.route('a:x').definition).toBe(definition);
    expect(router.route('a:y').definition).toBeUndefined();
  });

  it('finds out who hears a topic after more changes of patterns than it remembers', () => {
    const router = routerWith();
    const always = subscribeTo(router, 'a:*');
    for (let n = 0; n < 1_000; n++) {
      expect(router.route('a:x').subscriptions).toEqual([always]);
      const other = subscribeTo(router, `b${n}:*`);
      if (n % 150 === 149) {
        const one = subscribeTo(router, '*:x');
        expect(router.route('a:x').subscriptions).toEqual([always, one]);
        one.unsubscribe();
      }
      other.unsubscribe();
    }
    expect(router.routes.resolved).toBeLessThan(50);
  });

  it('keeps a place that was left, and no more of them than there are others, and some', () => {
    const router = routerWith();
    const [first] = ['kept:topic', 'kept:*'].map((pattern) => subscribeTo(router, pattern));
    const place = router.placeOf('kept:topic');
    first!.unsubscribe();
    subscribeTo(router, 'kept:topic');
    expect(router.placeOf('kept:topic')).toBe(place);
    const left = Array.from({ length: 1_000 }, (_, n) => (n % 2 === 0 ? `left:n${n}` : `left${n}:*`));
    for (const pattern of left) subscribeTo(router, pattern).unsubscribe();
    expect(left.filter((pattern) => router.placeOf(pattern) !== undefined).length).toBeLessThan(70);
    expect(router.placeOf('kept:topic')).toBe(place);
    expect([...router].map(({ pattern }) => pattern)).toEqual(['kept:topic', 'kept:*']);
    expect(router.size).toBe(2);
  });

  it('asks a pattern that has changed once for each topic that was emitted before', () => {
    const router = routerWith();
    for (const topic of TOPICS) router.route(topic);
    const pattern = compilePattern('other:*');
    let asked = 0;
    subscribeTo(router, { ...pattern, matches: (topic) => asked++ >= 0 && pattern.matches(topic) });
    for (let n = 0; n < 3; n++) for (const topic of TOPICS) router.route(topic);
    expect(asked).toBe(TOPICS.length);
  });

  it('asks no pattern that begins otherwise', () => {
    const router = routerWith();
    let asked = 0;
    for (let n = 0; n < 100; n++) {
      const pattern = compilePattern(`user:u${n}:*`);
      const matches = (topic: string): boolean => asked++ >= 0 && pattern.matches(topic);
      subscribeTo(router, { ...pattern, matches });
    }
    for (let n = 0; n < 50; n++) router.route(`job:n${n}`);
    expect(asked).toBe(0);
    expect(router.route('user:u7:moved').subscriptions).toHaveLength(1);
    expect(asked).toBe(1);
  });

  it('tells of each removal once', () => {
    const removed: Subscription[] = [];
    const router = routerWith({ onRemoved: (one) => removed.push(one) });
    const exact = subscribeTo(router, 'a:x');
    const wild = subscribeTo(router, 'a:*');
    for (const one of [exact, wild, exact, wild]) one.unsubscribe();
    expect(removed).toEqual([exact, wild]);
    expect(exact.active).toBe(false);
    expect([...router.subscribersTo('a:x'), ...router.subscribersTo('a:*')]).toEqual([]);
  });
});

describe('the warning of a near miss', () => {
  const watched = (): { router: Router; told: string[] } => {
    const told: string[] = [];
    return { router: routerWith({ onNearMiss: (pattern, topic) => told.push(`${pattern} ${topic}`) }), told };
  };

  it('comes once for each pattern that a topic only nearly matches, and not from other domains', () => {
    const { router, told } = watched();
    for (const pattern of ['order.*', 'Order:*', '*', '*.placed', 'cart.*', 'order:*', '**']) {
      subscribeTo(router, pattern);
    }
    router.route('order:placed');
    router.route('order:paid');
    expect(told).toEqual([
      'order.* order:placed',
      'Order:* order:placed',
      '* order:placed',
      '*.placed order:placed',
    ]);
  });

  it('costs one look at the pattern, however many topics are emitted', () => {
    const { router, told } = watched();
    let looks = 0;
    for (const source of ['order.*', '*.placed', 'cart.**']) {
      const compiled = Object.defineProperty({ ...compilePattern(source) }, 'source', {
        get: () => {
          looks++;
          return source;
        },
      });
      subscribeTo(router, compiled);
    }
    router.route('warm:0');
    looks = 0;
    for (let n = 0; n < 1_000; n++) router.route(`job:${n}`);
    expect(looks).toBe(0);
    expect(told).toEqual([]);
  });

  it('comes for an exact topic with other separators when nobody hears what is emitted', () => {
    const { router, told } = watched();
    subscribeTo(router, 'order:placed');
    router.route('order.placed');
    router.route('order.paid');
    expect(told).toEqual(['order:placed order.placed']);
  });

  it('comes again only for a subscription made anew', () => {
    const { router, told } = watched();
    const one = subscribeTo(router, 'order.*');
    router.route('order:a');
    one.unsubscribe();
    router.route('order:b');
    subscribeTo(router, 'order.*');
    router.route('order:c');
    expect(told).toEqual(['order.* order:a', 'order.* order:c']);
  });

  it.each(['order.*', 'order.placed'])(
    'may be answered by a subscription, which hears the next event (%s)',
    (pattern) => {
      let late: Subscription | undefined;
      const router: Router = routerWith({ onNearMiss: () => (late = subscribeTo(router, 'order:placed')) });
      subscribeTo(router, pattern);
      router.route('order:placed');
      expect(late).toBeDefined();
      expect(router.route('order:placed').subscriptions).toEqual([late]);
    },
  );
});

describe('two subscriptions', () => {
  const router = routerWith();
  const handler = (): void => undefined;
  const another = (): void => undefined;
  const one: Owner = {};
  const other: Owner = {};
  type Made = [SubscriptionTraits, RawHandler, Owner];

  it.each<[string, boolean, Made, Made]>([
    ['the same handler of one owner', true, [{}, handler, one], [{}, handler, one]],
    ['the same handler of two owners', false, [{}, handler, one], [{}, handler, other]],
    ['other handlers', false, [{}, handler, one], [{}, another, one]],
    ['other handlers under one key', false, [{ key: 'k' }, handler, one], [{ key: 'k' }, another, one]],
    ['one handler under two keys', true, [{ key: 'k' }, handler, one], [{ key: 'l' }, handler, one]],
    ['one handler that opted out', false, [{ key: false }, handler, one], [{ key: false }, handler, one]],
    ['one handler, held weakly and not', true, [{ weak: true }, handler, one], [{}, handler, one]],
  ])('with %s: that they are the same is %s', (_case, same, [traitsA, a, ownerA], [traitsB, b, ownerB]) => {
    const pair = [
      subscribeTo(router, 'a:*', { traits: traitsA, handler: a, owner: ownerA }),
      subscribeTo(router, 'a:x', { traits: traitsB, handler: b, owner: ownerB }),
    ] as const;
    expect(isSame(...pair)).toBe(same);
    expect(hasRepeats(pair)).toBe(same);
    expect(isSame(pair[0], pair[0])).toBe(true);
  });
});
