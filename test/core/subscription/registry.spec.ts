import { describe, expect, it } from '@jest/globals';
import { Registry } from '../../../src/core/subscription/registry.js';
import { Router } from '../../../src/core/subscription/router.js';
import type { SubscriptionTraits } from '../../../src/core/subscription/extras.js';
import type { RawHandler } from '../../../src/core/subscription/raw-handler.js';
import type { Subscription } from '../../../src/core/subscription/subscription.js';
import { subscribeTo } from '../../support/subscription.js';

const owner = { class: 'Mine' };

function setting() {
  const registry = new Registry(() => router);
  const router: Router = new Router({
    cacheSize: 10,
    definitionOf: () => undefined,
    retains: () => false,
    onNearMiss: () => {},
    onRemoved: (subscription) => registry.remove(subscription),
  });
  const add = (pattern: string, handler: RawHandler, traits?: SubscriptionTraits): Subscription => {
    const subscription = subscribeTo(router, pattern, { handler, owner, ...(traits && { traits }) });
    registry.add(subscription, handler);
    return subscription;
  };
  return { registry, router, add };
}

describe('The registry', () => {
  it.each([false, true])(
    'finds subscriptions by id and by handler, for as long as they live (asked before: %s)',
    (before) => {
      const { registry, add } = setting();
      const handler = (): void => {};
      if (before) expect([registry.byId('sub-0'), ...registry.ofHandler(handler)]).toEqual([undefined]);
      const subscriptions = ['a:b', 'a:c', 'a:*'].map((pattern) => add(pattern, handler));
      expect(registry.size).toBe(3);
      for (const subscription of subscriptions) expect(registry.byId(subscription.id)).toBe(subscription);
      expect([...registry.ofHandler(handler)]).toEqual(subscriptions);

      for (const [n, subscription] of subscriptions.entries()) {
        subscription.unsubscribe();
        expect(registry.byId(subscription.id)).toBeUndefined();
        expect([...registry.ofHandler(handler)]).toEqual(subscriptions.slice(n + 1));
      }
      const again = add('a:b', handler);
      expect([...registry.ofHandler(handler)]).toEqual([again]);
      again.unsubscribe();
      expect(registry.size).toBe(0);
      expect([...registry.ofHandler(handler), ...registry.ofHandler(() => {})]).toEqual([]);
    },
  );

  it('keeps what a handler has beside a subscription that ends while it is asked for the first time', () => {
    const { registry, router, add } = setting();
    const handler = (): void => {};
    const ending = add('a:b', handler);
    const lasting = add('a:c', handler);
    ending.ends.add(() => void registry.ofHandler(handler));
    ending.unsubscribe();
    expect([...registry.ofHandler(handler)]).toEqual([lasting]);
    expect([...router]).toEqual([lasting]);
  });
});
