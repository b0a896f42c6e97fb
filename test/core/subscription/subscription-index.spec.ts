import { describe, expect, it } from '@jest/globals';
import { Router } from '../../../src/core/subscription/router.js';
import type { Subscription } from '../../../src/core/subscription/subscription.js';
import { SubscriptionIndex } from '../../../src/core/subscription/subscription-index.js';
import { subscribeTo } from '../../support/subscription.js';

describe('An index of subscriptions', () => {
  const router = new Router({
    cacheSize: 10,
    definitionOf: () => undefined,
    retains: () => false,
    onNearMiss: () => {},
    onRemoved: () => {},
  });
  const [first, second, third] = Array.from({ length: 3 }, () => subscribeTo(router, 'a:b'));

  it('finds one, several or none by their key', () => {
    const index = new SubscriptionIndex<string>(new Map());
    expect([...index.of('k')]).toEqual([]);
    index.add('k', first!);
    expect([...index.of('k')]).toEqual([first]);
    index.add('k', second!);
    index.add('l', third!);
    expect([...index.of('k')]).toEqual([first, second]);
    index.remove('k', first!);
    expect([...index.of('k')]).toEqual([second]);
    index.remove('k', second!);
    expect([...index.of('k'), ...index.of('m')]).toEqual([]);
    expect([...index.of('l')]).toEqual([third]);
  });

  it('takes none away that is not the one', () => {
    const index = new SubscriptionIndex<string>(new Map());
    index.add('k', first!);
    for (const [key, other] of [
      ['k', second!],
      ['l', first!],
    ] as const)
      index.remove(key, other);
    expect([...index.of('k')]).toEqual([first]);
  });

  it('deletes no key, however often it comes and goes', () => {
    const entries = new Map<string, Subscription | Set<Subscription> | undefined>();
    const index = new SubscriptionIndex<string>(entries);
    for (let n = 0; n < 3; n++) {
      index.add('k', first!);
      index.remove('k', first!);
      expect(entries.has('k')).toBe(true);
      expect([...index.of('k')]).toEqual([]);
    }
  });
});
