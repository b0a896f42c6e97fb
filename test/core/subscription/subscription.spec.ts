import { describe, expect, it, jest } from '@jest/globals';
import { RootEventBus, Subscription } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

describe('A subscription', () => {
  it('knows its id, pattern, label and figures', () => {
    const { bus } = recordedBus();
    const ownerless = bus.on('job:*', function sendMail() {}, { priority: 3 });
    const owned = bus.as({ module: 'Mail', class: 'Sender' }).on('job:run', () => {});
    expect(ownerless).toBeInstanceOf(Subscription);
    expect(ownerless).toMatchObject({
      pattern: 'job:*',
      label: 'sendMail',
      priority: 3,
      active: true,
      paused: false,
    });
    expect(owned).toMatchObject({ label: 'Mail/Sender.(anonymous)', priority: 0, kind: 'handler' });
    expect(owned.id).not.toBe(ownerless.id);
    bus.emit('job:run');
    expect(owned).toMatchObject({ delivered: 1, failed: 0, skipped: 0 });
  });

  it('has an id that no other has, on this bus or another', () => {
    const ids = Array.from({ length: 1000 }, () => new RootEventBus().on('job:run', () => {}).id);
    expect(new Set(ids).size).toBe(1000);
  });

  it('that is paused skips its events and counts them; resumed it hears again', () => {
    const { bus, told } = recordedBus();
    const seen: number[] = [];
    const subscription = bus.on('job:run', (n: number) => void seen.push(n));
    bus.emit('job:run', 1);
    expect(subscription.pause()).toBe(true);
    expect(subscription.pause()).toBe(false);
    expect(subscription.paused).toBe(true);
    bus.emit('job:run', 2);
    expect(subscription.resume()).toBe(true);
    expect(subscription.resume()).toBe(false);
    bus.emit('job:run', 3);
    expect(seen).toEqual([1, 3]);
    expect(subscription).toMatchObject({ delivered: 2, skipped: 1 });
    expect(told.skipped).toEqual(['paused']);
    expect(bus.inspect().counters).toMatchObject({ delivered: 2, skipped: 1 });
  });

  it('that is paused during an emit is skipped by that emit', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', () => subscription.pause());
    const subscription = bus.on('job:run', handler);
    bus.emit('job:run');
    expect(handler).not.toHaveBeenCalled();
  });

  it('ends once: afterwards there is nothing to end, pause or resume', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const ended = jest.fn();
    bus.observe({ unsubscribed: ended });
    const subscription = bus.on('job:run', handler);
    expect(subscription.unsubscribe()).toBe(true);
    expect([subscription.unsubscribe(), subscription.pause(), subscription.resume()]).toEqual([
      false,
      false,
      false,
    ]);
    expect(subscription.active).toBe(false);
    bus.emit('job:run');
    expect(handler).not.toHaveBeenCalled();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('ends with the block of a `using` declaration, through Symbol.dispose', () => {
    const { bus } = recordedBus();
    const subscription = bus.on('job:run', () => {});
    subscription[Symbol.dispose]();
    expect(subscription.active).toBe(false);
    expect(() => subscription[Symbol.dispose]()).not.toThrow();
  });
});
