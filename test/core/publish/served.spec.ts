import { describe, expect, it, jest } from '@jest/globals';
import { Subscription } from 'nestjs-event-bus/core';
import { Served } from '../../../src/core/publish/served.js';
import { Router } from '../../../src/core/subscription/router.js';
import { recordedBus } from '../../support/recorded-bus.js';
import { subscribeTo } from '../../support/subscription.js';

describe('Who has had an event', () => {
  const router = new Router({
    cacheSize: 10,
    definitionOf: () => undefined,
    retains: () => false,
    onNearMiss: () => {},
    onRemoved: () => {},
  });

  it('is known by handler and owner, whatever the pattern', () => {
    const served = new Served();
    const handler = (): void => {};
    const owner = { class: 'Mine' };
    served.add(subscribeTo(router, 'a:*', { handler, owner }));
    expect(served.has(subscribeTo(router, 'a:b', { handler, owner }))).toBe(true);
    expect(served.has(subscribeTo(router, 'a:b', { handler, owner, traits: { key: 'k' } }))).toBe(true);
    expect(served.has(subscribeTo(router, 'a:b', { owner }))).toBe(false);
    const other = subscribeTo(router, 'a:b', { handler, owner: { class: 'Mine' } });
    expect(served.has(other)).toBe(false);
    served.add(other);
    expect(served.has(other)).toBe(true);
  });

  it('is nobody who is never the same as another', () => {
    const served = new Served();
    const handler = (): void => {};
    const separate = { handler, traits: { key: false } } as const;
    for (let n = 0; n < 2; n++) {
      const subscription = subscribeTo(router, 'a:b', separate);
      expect(served.has(subscription)).toBe(false);
      served.add(subscription);
    }
  });

  it.each(['emit', 'emitAsync'] as const)(
    'is found without a look at all the others (%s)',
    async (method) => {
      const { bus } = recordedBus();
      const repeated = jest.fn();
      for (const pattern of ['job:*', 'job:run']) bus.on(pattern, repeated);
      for (let n = 0; n < 1_000; n++) bus.on('job:run', () => {});
      await bus[method]('job:run');
      const looks = jest.spyOn(Subscription.prototype, 'identity', 'get');
      await bus[method]('job:run');
      expect(repeated).toHaveBeenCalledTimes(2);
      expect(looks.mock.calls.length).toBeLessThan(10_000);
      looks.mockRestore();
    },
  );
});
