import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { SeenEmitters } from 'nestjs-event-bus/catalog';

describe('Emitters that were seen', () => {
  it('are told once for each topic, by their name; who has none is left out', () => {
    const bus = new RootEventBus();
    const seen = new SeenEmitters(bus);
    const orders = bus.as({ module: 'OrdersModule', class: 'OrderService' });
    orders.emit('order:placed');
    orders.emit('order:placed');
    orders.scope('tenant').emit('order:paid');
    bus.emit('order:lost');
    expect(seen.list()).toEqual([
      { emitter: 'OrdersModule/OrderService', pattern: 'order:placed', seen: true },
      { emitter: 'OrdersModule/OrderService', pattern: 'order:paid', seen: true },
    ]);
  });

  it('are no more than 10,000 pairs of emitter and topic', () => {
    const bus = new RootEventBus();
    const seen = new SeenEmitters(bus);
    const owned = bus.as({ class: 'Meter' });
    for (let number = 0; number < 10_100; number++) owned.emit(`meter:${number}`);
    expect(seen.list()).toHaveLength(10_000);
    expect(seen.list()[0]?.pattern).toBe('meter:0');
  });

  it('are watched until that is stopped, and stay known', () => {
    const bus = new RootEventBus();
    const owned = bus.as({ class: 'Meter' });
    let list: () => readonly unknown[];
    {
      using seen = new SeenEmitters(bus);
      owned.emit('meter:read');
      list = () => seen.list();
    }
    owned.emit('meter:lost');
    expect(list()).toEqual([{ emitter: 'Meter', pattern: 'meter:read', seen: true }]);
  });
});
