import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../src/core/event/pattern.js';
import { Registry } from '../../../src/core/subscription/registry.js';
import { Router } from '../../../src/core/subscription/router.js';
import type { RawHandler, SubscriptionTraits } from '../../../src/core/subscription/subscription.js';
import { Subscription } from '../../../src/core/subscription/subscription.js';

const owner = { class: 'Mine' };

function setting() {
  const registry = new Registry();
  const router = new Router({
    cacheSize: 10,
    definitionOf: () => undefined,
    retains: () => false,
    onNearMiss: () => {},
    onRemoved: (subscription) => registry.remove(subscription),
  });
  const add = (pattern: string, handler: RawHandler, traits: SubscriptionTraits = {}, by: object = owner) => {
    const subscription = new Subscription(
      { keeper: router, owner: by, bus: undefined, kind: 'handler', onEnd: undefined },
      compilePattern(pattern),
      handler,
      traits,
    );
    router.add(subscription);
    registry.add(subscription, handler);
    return subscription;
  };
  return { registry, router, add };
}

describe('The registry', () => {
  it('finds subscriptions by id and by handler, for as long as they live', () => {
    const { registry, add } = setting();
    const handler = (): void => {};
    const subscriptions = ['a:b', 'a:c', 'a:*'].map((pattern) => add(pattern, handler));
    expect(registry.size).toBe(3);
    for (const subscription of subscriptions) expect(registry.byId(subscription.id)).toBe(subscription);
    expect([...registry.ofHandler(handler)]).toEqual(subscriptions);

    for (const [n, subscription] of subscriptions.entries()) {
      subscription.unsubscribe();
      expect(registry.has(subscription)).toBe(false);
      expect([...registry.ofHandler(handler)]).toEqual(subscriptions.slice(n + 1));
    }
    expect(registry.size).toBe(0);
    expect([...registry.ofHandler(() => {})]).toEqual([]);
  });

  it('finds the twin of the same owner, router, pattern and handler, or key', () => {
    const { registry, router, add } = setting();
    const handler = (): void => {};
    const other = (): void => {};
    const plain = add('a:b', handler);
    const keyed = add('a:b', handler, { key: 'k' });
    add('a:b', handler, { key: false });
    add('a:c', handler);

    expect(registry.findTwin(owner, router, 'a:b', handler, undefined)).toBe(plain);
    expect(registry.findTwin(owner, router, 'a:b', other, 'k')).toBe(keyed);
    expect(registry.findTwin(owner, router, 'a:b', other, undefined)).toBeUndefined();
    expect(registry.findTwin(owner, router, 'a:d', handler, undefined)).toBeUndefined();
    expect(registry.findTwin(owner, router, 'a:c', handler, 'k')).toBeUndefined();
    expect(registry.findTwin({ class: 'Mine' }, router, 'a:b', handler, undefined)).toBeUndefined();
    expect(registry.findTwin(owner, setting().router, 'a:b', handler, undefined)).toBeUndefined();
  });

  it('searches the shorter list, and answers the same whichever that is', () => {
    const { registry, router, add } = setting();
    const busy = (): void => {};
    for (let n = 0; n < 50; n++) add(`busy:n${n}`, busy);
    const twin = add('crowded:topic', busy);
    expect(registry.findTwin(owner, router, 'crowded:topic', busy, undefined)).toBe(twin);
    for (let n = 0; n < 100; n++) add('crowded:topic', () => {});
    expect(registry.findTwin(owner, router, 'crowded:topic', busy, undefined)).toBe(twin);
  });
});
