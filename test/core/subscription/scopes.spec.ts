import { describe, expect, it, jest } from '@jest/globals';
import type { EventBus } from 'nestjs-event-bus/core';
import { InvalidArgumentError, RootEventBus } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

/** Notes where an event arrived. */
const note = (log: string[], where: string, bus: EventBus, pattern = '**', options = {}) =>
  bus.on(pattern, () => void log.push(where), { key: where, ...options });

describe('A scope', () => {
  it('delivers to its own subscribers first, then to its parents’, whatever their priority', async () => {
    const bus = new RootEventBus();
    const log: string[] = [];
    note(log, 'root', bus, '**', { priority: 100 });
    note(log, 'tenant', bus.scope('tenant'));
    note(log, 'room', bus.scope('tenant').scope('room'), '**', { priority: -100 });
    bus.scope('tenant').scope('room').emit('door:opened');
    await bus.scope('tenant').scope('room').emitAsync('door:opened');
    expect(log).toEqual(['room', 'tenant', 'root', 'room', 'tenant', 'root']);
  });

  it('does not hear its parent, nor its siblings', () => {
    const bus = new RootEventBus();
    const log: string[] = [];
    note(log, 'a', bus.scope('a'));
    note(log, 'b', bus.scope('b'));
    bus.emit('door:opened');
    bus.scope('b').emit('door:opened');
    expect(log).toEqual(['b']);
  });

  it('delivers an event to a handler of one owner once, also when it listens in the parent as well', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('door:*', handler);
    bus.scope('tenant').on('door:opened', handler);
    bus.scope('tenant').emit('door:opened');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('marks its events with its path', () => {
    const bus = new RootEventBus();
    expect(bus.emit('door:opened').scope).toBeUndefined();
    expect(bus.scope('tenant').emit('door:opened').scope).toBe('tenant');
    expect(bus.scope('tenant').scope('room').emit('door:opened').scope).toBe('tenant/room');
    expect(bus.inspect().scopes).toEqual(['tenant', 'tenant/room']);
  });

  it('is the same for the same name, and the same bus for the same owner', () => {
    const bus = new RootEventBus();
    const owner = { module: 'Doors', class: 'Porter' };
    expect(bus.scope('tenant')).toBe(bus.scope('tenant'));
    expect(bus.as(owner).scope('tenant')).toBe(bus.as(owner).scope('tenant'));
    expect(bus.as(owner).scope('tenant')).not.toBe(bus.scope('tenant'));
    expect(bus.scope('tenant').scope('room')).not.toBe(bus.scope('room'));
    const log: string[] = [];
    note(log, 'root’s view', bus.scope('tenant'));
    expect(bus.as(owner).scope('tenant').emit('door:opened').source).toBe('Doors/Porter');
    expect(log).toEqual(['root’s view']);
  });

  it('has a registry of its own: a handler subscribes in each scope, and is ended in each alone', () => {
    const bus = new RootEventBus();
    const handler = (): void => {};
    const [a, b] = [bus.scope('a').on('door:opened', handler), bus.scope('b').on('door:opened', handler)];
    expect(a).not.toBe(b);
    expect(bus.scope('a').off(handler)).toBe(true);
    expect([a.active, b.active]).toEqual([false, true]);
    expect(bus.scope('a').off(b.id)).toBe(false);
  });

  it('shares middleware, history and counters with the whole bus', () => {
    const bus = new RootEventBus();
    bus.use((event) => ({ data: `${event.data as string}!` }));
    expect(bus.scope('tenant').emit('door:opened', 'knock').data).toBe('knock!');
    expect(bus.history.last('door:opened')?.scope).toBe('tenant');
    expect(bus.inspect().counters.emitted).toBe(1);
  });

  it('may have a name of Object.prototype, and pollutes nothing', () => {
    const bus = new RootEventBus();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const log: string[] = [];
      note(log, name, bus.scope(name));
      expect(bus.scope(name).emit('door:opened').scope).toBe(name);
      expect(log).toEqual([name]);
      expect(bus.closeScope(name)).toBe(true);
    }
    expect(bus.inspect().scopes).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each(['', 'a/b', 'a:b', 'a b', '*', 'x'.repeat(257), undefined, 5, Symbol('s')])(
    'can’t be called %p',
    (name) => {
      const bus = new RootEventBus();
      expect(() => bus.scope(name as never)).toThrow(InvalidArgumentError);
      expect(bus.inspect().scopes).toEqual([]);
    },
  );
});

describe('closeScope', () => {
  it('ends the subscriptions of the scope and of those below it, and frees the names', () => {
    const { bus } = recordedBus();
    const log: string[] = [];
    const subscriptions = [
      note(log, 'tenant', bus.scope('tenant')),
      note(log, 'room', bus.scope('tenant').scope('room')),
    ];
    const outside = note(log, 'root', bus);
    expect(bus.closeScope('tenant')).toBe(true);
    expect(bus.closeScope('tenant')).toBe(false);
    expect(bus.closeScope('never')).toBe(false);
    expect(subscriptions.map(({ active }) => active)).toEqual([false, false]);
    expect(outside.active).toBe(true);
    expect(bus.inspect()).toMatchObject({ scopes: [], subscriptions: [{ id: outside.id }] });

    bus.scope('tenant').emit('door:opened');
    expect(log).toEqual(['root']);
  });

  it('without a name closes the scope of the bus itself, of which the root has none', () => {
    const bus = new RootEventBus();
    const tenant = bus.scope('tenant');
    expect(tenant.closeScope()).toBe(true);
    expect(tenant.closeScope()).toBe(false);
    expect(bus.closeScope()).toBe(false);
    expect(bus.scope('tenant')).not.toBe(tenant);
  });

  it('leaves a closed scope in which what is emitted is dropped and counted, and reaches no parent either', async () => {
    const { bus, told } = recordedBus();
    const log: string[] = [];
    note(log, 'root', bus);
    const tenant = bus.scope('tenant');
    const room = tenant.scope('room');
    bus.closeScope('tenant');
    const event = tenant.emit('door:opened');
    room.emit('door:opened');
    tenant.scope('new').emit('door:opened');
    expect(await tenant.emitAsync('door:opened')).toMatchObject({ dropped: 'closed', delivered: 0 });
    expect(log).toEqual([]);
    expect(told.dropped).toHaveLength(4);
    expect(told.dropped[0]).toEqual({ event, reason: 'closed' });
    expect(bus.inspect().counters.dropped).toBe(4);
    expect(bus.inspect().scopes).toEqual([]);
  });

  it('leaves a closed scope in which a subscription never begins, which a warning says', () => {
    const { bus, told } = recordedBus();
    const tenant = bus.scope('tenant');
    tenant.closeScope();
    const subscription = tenant.on('door:opened', () => {});
    expect(subscription.active).toBe(false);
    expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_CLOSED']);
  });

  it('during an emit in the scope lets that emit reach the list with which it began', () => {
    const bus = new RootEventBus();
    const log: string[] = [];
    const tenant = bus.scope('tenant');
    tenant.on('door:opened', () => bus.closeScope('tenant'));
    note(log, 'tenant', tenant);
    note(log, 'root', bus);
    tenant.emit('door:opened');
    expect(log).toEqual(['tenant', 'root']);
  });

  it('frees the memory of a scope that nobody holds', async () => {
    const bus = new RootEventBus();
    const freed = new WeakRef(
      (() => {
        const scope = bus.scope('tenant');
        scope.on('door:opened', () => {});
        scope.emit('door:opened');
        bus.closeScope('tenant');
        return scope;
      })(),
    );
    for (let turn = 0; turn < 20 && freed.deref() !== undefined; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc!();
    }
    expect(freed.deref()).toBeUndefined();
    expect(bus.inspect().scopes).toEqual([]);
  });
});
