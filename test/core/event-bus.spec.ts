import { describe, expect, it, jest } from '@jest/globals';
import type { Owner } from 'nestjs-event-bus/core';
import { BusEvent, InvalidPatternError, InvalidTopicError, RootEventBus } from 'nestjs-event-bus/core';
import { recordedBus } from '../support/recorded-bus.js';

describe('emit', () => {
  it('runs synchronous code of every handler before it returns', () => {
    const bus = new RootEventBus();
    const done: string[] = [];
    bus.on('job:run', () => void done.push('sync'));
    bus.on('job:run', async () => {
      done.push('before the first await');
      await Promise.resolve();
      done.push('after it');
    });
    bus.emit('job:run');
    expect(done).toEqual(['sync', 'before the first await']);
  });

  it('gives each handler the data itself, neither cloned nor frozen, and the event', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    const data = { size: 1 };
    const event = bus.emit('job:run', data);
    expect(event).toBeInstanceOf(BusEvent);
    expect(handler).toHaveBeenCalledWith(data, event);
    expect(handler.mock.calls[0]![0]).toBe(data);
    expect(Object.isFrozen(data)).toBe(false);
  });

  it('calls by descending priority, and equals in the order of subscription, whatever pattern they used', () => {
    const bus = new RootEventBus();
    const order: string[] = [];
    const subscribe = (name: string, pattern: string, priority?: number) =>
      bus.on(pattern, () => void order.push(name), { priority });
    subscribe('a', '**');
    subscribe('b', 'job:run', -1);
    subscribe('c', 'job:run');
    subscribe('d', 'job:*', 10);
    subscribe('e', 'job:run');
    subscribe('f', '*:run', 0.5);
    subscribe('g', '**', 10);
    subscribe('h', 'job:run', Infinity);
    bus.emit('job:run');
    expect(order).toEqual(['h', 'd', 'g', 'f', 'a', 'c', 'e', 'b']);
  });

  it('keeps the list of subscribers with which it began, and the next one sees the changes', () => {
    const bus = new RootEventBus();
    const order: string[] = [];
    bus.on('job:run', () => {
      order.push('first');
      last.unsubscribe();
      bus.on('job:run', () => void order.push('new'), { key: 'new', priority: 1 });
    });
    const last = bus.on('job:run', () => void order.push('last'));
    bus.emit('job:run');
    expect(order).toEqual(['first', 'last']);
    order.length = 0;
    bus.emit('job:run');
    expect(order).toEqual(['new', 'first']);
  });

  it('treats names of Object.prototype as the plain topics that they are', () => {
    const bus = new RootEventBus();
    const seen: string[] = [];
    const topics = ['__proto__', 'constructor', '__proto__.polluted', 'toString', 'hasOwnProperty:valueOf'];
    bus.emit('__proto__.polluted', 'before anybody listens');
    for (const topic of topics) bus.on(topic, (_data, event) => void seen.push(event.topic));
    for (const topic of topics) bus.emit(topic, 'data');
    expect(seen).toEqual(topics);
    expect(bus.history.last('__proto__')?.topic).toBe('__proto__');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('refuses patterns, and a pattern in vain is no event for anybody', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('**', handler);
    for (const topic of ['**', 'job:*', '*'])
      expect(() => bus.emit(topic as never)).toThrow(InvalidTopicError);
    expect(handler).not.toHaveBeenCalled();
  });

  it('works with methods taken off the bus only if they are bound, as the same bus', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    const emit = bus.emit.bind(bus);
    emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('warns once of a pattern that nearly matches', () => {
    const { bus, told } = recordedBus();
    bus.on('order.*', () => {});
    bus.on('*', () => {});
    bus.on('cart:paid', () => {});
    for (let n = 0; n < 2; n++) {
      bus.emit('order:placed');
      bus.emit('order:paid');
      bus.emit('cart.paid');
    }
    expect(told.warned.map(({ code }) => code)).toEqual(Array(3).fill('EVENT_BUS_NEAR_MISS'));
    expect(told.warned.map(({ message }) => message)).toEqual([
      expect.stringContaining('"order.*"'),
      expect.stringContaining('"**" hears every topic'),
      expect.stringContaining('"cart:paid"'),
    ]);
  });
});

describe('on', () => {
  it('refuses what is no pattern, an array of topics among them, with the same clear error every time', () => {
    const bus = new RootEventBus();
    for (const pattern of [['a', 'b'], ['a', 'b'], {}, null, undefined, 5, '', 'a b', 'a:', 'a*'])
      expect(() => bus.on(pattern as never, () => {})).toThrow(InvalidPatternError);
    expect(bus.inspect().subscriptions).toEqual([]);
  });
});

describe('off', () => {
  const ended = (bus: RootEventBus) => bus.inspect().subscriptions.length;

  it('ends a subscription by itself or by its id, and all of a handler', () => {
    const bus = new RootEventBus();
    const handler = (): void => {};
    const one = bus.on('a:b', handler);
    bus.on('a:c', handler);
    bus.on('a:d', handler, { key: 'd' });
    const other = bus.on('a:b', () => {});
    expect(bus.off(one)).toBe(true);
    expect(ended(bus)).toBe(3);
    expect(bus.off(handler)).toBe(true);
    expect(ended(bus)).toBe(1);
    expect(bus.off(other.id)).toBe(true);
    expect(ended(bus)).toBe(0);
  });

  it('answers false for what is unknown, was ended before, or belongs to another bus', () => {
    const bus = new RootEventBus();
    const handler = (): void => {};
    const subscription = bus.on('a:b', handler);
    const foreign = new RootEventBus().on('a:b', handler);
    expect(bus.off(foreign)).toBe(false);
    expect(bus.off(foreign.id)).toBe(false);
    expect(foreign.active).toBe(true);
    subscription.unsubscribe();
    for (const unknown of [subscription, subscription.id, handler, 'sub-0', '__proto__', () => {}, null, 5])
      expect(bus.off(unknown as never)).toBe(false);
  });

  it('leaves what other owners have alone, but for the root’s', () => {
    const bus = new RootEventBus();
    const [mine, yours]: Owner[] = [{ class: 'Mine' }, { class: 'Yours' }];
    const handler = (): void => {};
    const subscription = bus.as(yours!).on('a:b', handler);
    for (const target of [subscription, subscription.id, handler]) {
      expect(bus.as(mine!).off(target)).toBe(false);
      expect(bus.as(yours!).scope('child').off(target)).toBe(false);
    }
    expect(subscription.active).toBe(true);
    expect(bus.as(yours!).off(handler)).toBe(true);
    const again = bus.as(yours!).scope('child').on('a:b', handler);
    expect(bus.off(again.id)).toBe(true);
  });
});

describe('A near miss', () => {
  it.each([['order.*'], ['order.placed'], ['*']])(
    'is warned of also when the topic was emitted before somebody listened to %s',
    (pattern) => {
      const { bus, told } = recordedBus();
      bus.emit('order:placed');
      bus.on(pattern, () => {});
      bus.emit('order:placed');
      bus.emit('order:placed');
      expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_NEAR_MISS']);
    },
  );

  it.each(['order.placed', 'order.*'])(
    'is warned of also where somebody waited for %s before a handler came',
    async (pattern) => {
      const { bus, told } = recordedBus();
      bus.emit('order:placed');
      const waiting = bus.waitFor(pattern as 'order.placed');
      bus.on(pattern, () => {});
      bus.emit('order:placed');
      expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_NEAR_MISS']);
      bus.emit('order.placed');
      await waiting;
    },
  );
});

describe('In plain Node, without an observer,', () => {
  it('warnings are process warnings', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bus = new RootEventBus();
    bus.on('order.*', () => {});
    bus.emit('order:placed');
    await bus.close();
    bus.emit('order:placed');
    bus.emit('order:placed');
    const codes = warned.mock.calls.map(([, options]) => (options as unknown as { code: string }).code);
    expect(codes).toEqual(['EVENT_BUS_NEAR_MISS', 'EVENT_BUS_CLOSED']);
    warned.mockRestore();
  });

  it('a console that can’t be written to fails nobody', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {
      throw new Error('EPIPE');
    });
    const bus = new RootEventBus();
    const other = jest.fn();
    bus.on('job:run', () => {
      throw new Error('no');
    });
    bus.on('job:run', async () => {
      throw new Error('nor here');
    });
    bus.on('job:run', other);
    bus.emit('job:run');
    await bus.idle();
    expect(other).toHaveBeenCalledTimes(1);
    expect(printed).toHaveBeenCalledTimes(2);
    printed.mockRestore();
  });
});

describe('A list of patterns', () => {
  it('is refused by on() with the advice to call it for each', () => {
    const listen = (): unknown => new RootEventBus().on(['order:placed', 'order:paid'] as never, () => {});
    expect(listen).toThrow('a list is not a pattern');
    expect(listen).toThrow('a call of its own');
  });
});
