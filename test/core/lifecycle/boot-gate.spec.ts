import { describe, expect, it, jest } from '@jest/globals';
import type { BusEvent } from 'nestjs-event-bus/core';
import { AlreadyRunningError, HeldOverflowError, NotStartedError, RootEventBus } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

function gatedBus(options?: ConstructorParameters<typeof RootEventBus>[0]) {
  const { bus, told } = recordedBus(options);
  return { bus, told, gate: bus.gate() };
}

describe('The gate of a starting application', () => {
  it('holds events for the handlers that are subscribed through it, and delivers them in order when it opens', () => {
    const { bus, gate } = gatedBus();
    const order: unknown[] = [];
    bus.emit('job:run', 'before the handler is found');
    gate.on(bus, 'job:*', (data) => void order.push(data));
    bus.emit('job:done', 'before the start');
    expect(order).toEqual([]);
    expect(gate.isOpen).toBe(false);
    expect(bus.inspect()).toMatchObject({ state: 'held', held: 2 });
    gate.open();
    expect(order).toEqual(['before the handler is found', 'before the start']);
    bus.emit('job:run', 'live');
    expect(order.at(-1)).toBe('live');
    expect(gate.isOpen).toBe(true);
    expect(bus.inspect()).toMatchObject({ state: 'open', held: 0 });
  });

  it('delivers each event to the held handlers in their order, events that come meanwhile last', () => {
    const { bus, gate } = gatedBus();
    const order: string[] = [];
    gate.on(bus, 'step:*', (_data: never, event: BusEvent) => {
      order.push(`low ${event.topic}`);
      if (event.topic === 'step:a') bus.emit('step:c');
    });
    gate.on(bus, 'step:*', (_data: never, event: BusEvent) => void order.push(`high ${event.topic}`), {
      priority: 1,
    });
    bus.emit('step:a');
    bus.emit('step:b');
    gate.open();
    expect(order).toEqual(
      ['step:a', 'step:b', 'step:c'].flatMap((topic) => [`high ${topic}`, `low ${topic}`]),
    );
  });

  it('counts the subscriptions of all scopes, and tells whether the bus was closed', async () => {
    const { bus, gate } = gatedBus();
    gate.on(bus, 'job:*', () => {});
    bus.on('job:run', () => {});
    bus.on('job:done', () => {}).unsubscribe();
    bus.scope('tenant').on('job:*', () => {});
    expect(gate.subscriptions).toBe(3);
    expect(gate.isClosed).toBe(false);
    await bus.close();
    expect([gate.isClosed, gate.subscriptions]).toEqual([true, 0]);
  });

  it('lets on, waitFor and stream live at once, and gives them nothing twice', async () => {
    const { bus, gate } = gatedBus();
    const live = jest.fn();
    bus.on('job:*', live);
    const waiting = bus.waitFor('job:run');
    const stream = bus.stream('job:*');
    const event = bus.emit('job:run');
    expect(live).toHaveBeenCalledTimes(1);
    expect(await waiting).toBe(event);
    gate.open();
    expect(live).toHaveBeenCalledTimes(1);
    expect(stream.size).toBe(1);
  });

  it('lets early handlers catch up before the others and live on, and gives them nothing twice', () => {
    const { bus, gate } = gatedBus();
    const early: string[] = [];
    bus.emit('step:a');
    gate.on(bus, 'step:*', (_data: never, event: BusEvent) => void early.push(event.topic), {
      early: true,
    });
    gate.openEarly();
    bus.emit('step:b');
    expect(early).toEqual(['step:a', 'step:b']);
    gate.open();
    bus.emit('step:c');
    expect(early).toEqual(['step:a', 'step:b', 'step:c']);
  });

  it('gives an early handler once what it emits itself while it catches up', () => {
    const { bus, gate } = gatedBus();
    const early: string[] = [];
    bus.emit('step:a');
    bus.emit('step:b');
    gate.on(
      bus,
      'step:*',
      (_data: never, event: BusEvent) => {
        early.push(event.topic);
        if (event.topic === 'step:a') bus.emit('step:c');
      },
      { early: true },
    );
    gate.openEarly();
    expect(early).toEqual(['step:a', 'step:b', 'step:c']);
    gate.open();
    expect(early).toHaveLength(3);
  });

  it('gives a handler with several patterns each event once, whichever of them are early', () => {
    const { bus, gate } = gatedBus();
    const handler = jest.fn();
    bus.emit('step:a');
    for (const early of [true, false]) {
      for (const pattern of ['step:a', 'step:*', '**'])
        gate.on(bus, pattern, handler, { early, key: `key ${early}` });
    }
    for (const [pattern, early] of [
      ['step:a', true],
      ['step:*', true],
      ['**', false],
    ] as const) {
      gate.on(bus, pattern, handler, { early });
    }
    gate.openEarly();
    bus.emit('step:b');
    gate.open();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('gives an early handler of a scope only what is heard there', () => {
    const { bus, gate } = gatedBus();
    const early = jest.fn();
    bus.emit('step:a', 'root');
    bus.scope('other').emit('step:a', 'other');
    bus.scope('tenant').scope('room').emit('step:a', 'room');
    gate.on(bus.scope('tenant'), 'step:a', early, { early: true });
    gate.openEarly();
    expect(early.mock.calls.map(([data]) => data)).toEqual(['room']);
  });

  it('delivers held events in the scope in which they were emitted', () => {
    const { bus, gate } = gatedBus();
    const [root, tenant] = [jest.fn(), jest.fn()];
    gate.on(bus, 'step:a', root);
    gate.on(bus.scope('tenant'), 'step:a', tenant);
    bus.emit('step:a', 1);
    bus.scope('tenant').emit('step:a', 2);
    gate.open();
    expect(root.mock.calls.map(([data]) => data)).toEqual([1, 2]);
    expect(tenant.mock.calls.map(([data]) => data)).toEqual([2]);
  });

  it('replays nothing that is held anyway', () => {
    const { bus, gate } = gatedBus();
    const handler = jest.fn();
    bus.emit('job:run');
    gate.on(bus, 'job:run', handler, { replay: 'last' });
    gate.open();
    expect(handler).toHaveBeenCalledTimes(1);
    const late = jest.fn();
    gate.on(bus, 'job:run', late, { replay: 'last' });
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('counts a held once-subscription’s one event when it is delivered', () => {
    const { bus, gate } = gatedBus();
    const handler = jest.fn();
    gate.on(bus, 'job:run', handler, { once: true });
    bus.emit('job:run', 1);
    bus.emit('job:run', 2);
    gate.open();
    bus.emit('job:run', 3);
    expect(handler.mock.calls.map(([data]) => data)).toEqual([1]);
  });

  it('lets emitAsync resolve at once, with the number of deliveries that wait', async () => {
    const { bus, gate } = gatedBus();
    const held = jest.fn();
    expect(await bus.emitAsync('job:run')).toMatchObject({ held: 1, delivered: 0 });
    gate.on(bus, 'job:run', held);
    gate.on(bus, 'job:*', held);
    gate.on(bus, '**', () => {});
    bus.on('job:run', () => 'live');
    expect(await bus.emitAsync('job:run')).toMatchObject({ held: 3, delivered: 1, results: ['live'] });
    expect(held).not.toHaveBeenCalled();
    gate.open();
    expect(held).toHaveBeenCalledTimes(2);
  });

  it('announces a failure of a live handler to the held handlers of failures when it opens', () => {
    const { bus, gate } = gatedBus();
    const announced = jest.fn();
    gate.on(bus, 'system:handler_failed', announced);
    bus.on('job:run', () => {
      throw new Error('boom');
    });
    bus.emit('job:run');
    expect(announced).not.toHaveBeenCalled();
    gate.open();
    expect(announced).toHaveBeenCalledTimes(1);
  });

  it('holds 10,000 events at most unless told otherwise; the next emit is an error that says what to do', async () => {
    const { bus, gate } = gatedBus({ heldCapacity: 2 });
    bus.emit('job:run', 1);
    bus.emit('job:run', 2);
    expect(() => bus.emit('job:run', 3)).toThrow(HeldOverflowError);
    await expect(bus.emitAsync('job:run', 3)).rejects.toThrow('early: true');
    const handler = jest.fn();
    gate.on(bus, 'job:run', handler);
    gate.open();
    expect(handler).toHaveBeenCalledTimes(2);

    const usual = gatedBus({ history: { capacity: 0 } }).bus;
    for (let n = 0; n < 10_000; n++) usual.emit('job:run');
    expect(() => usual.emit('job:run')).toThrow(HeldOverflowError);
  });

  it('makes idle say what to call, instead of waiting for ever', async () => {
    const { bus, gate } = gatedBus();
    await bus.idle();
    bus.emit('job:run');
    await expect(bus.idle()).rejects.toThrow(NotStartedError);
    await expect(bus.idle()).rejects.toThrow('init()');
    gate.open();
    await bus.idle();
  });

  it('of an application that never started runs no held handler, not even for what comes while the bus closes', async () => {
    const { bus, told, gate } = gatedBus();
    const handler = jest.fn();
    const live = jest.fn();
    gate.on(bus, 'job:*', handler);
    bus.on('job:*', live);
    bus.emit('job:run');
    bus.track('last words', async () => {
      await Promise.resolve();
      bus.emit('job:done');
    });
    await bus.close();
    gate.open();
    expect(handler).not.toHaveBeenCalled();
    expect(live).toHaveBeenCalledTimes(2);
    expect(told.dropped).toEqual([]);
    expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_NEVER_STARTED']);
  });

  it('that is open already subscribes like the bus itself', () => {
    const { bus, gate } = gatedBus();
    const handler = jest.fn();
    gate.open();
    gate.open();
    gate.on(bus, 'job:run', handler, { early: true });
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('has to be the first thing on a bus, and the only one', () => {
    const { bus } = gatedBus();
    bus.emit('job:run');
    expect(() => bus.gate()).toThrow(AlreadyRunningError);
    expect(bus.inspect().held).toBe(1);
    const running = new RootEventBus();
    running.emit('job:run');
    expect(() => running.gate()).toThrow(AlreadyRunningError);
  });

  it('lets no hold take more room than there is', async () => {
    const { bus } = gatedBus({ heldCapacity: 2 });
    const work = bus.hold(async (held) => {
      for (let n = 0; n < 10; n++) held.emit('job:run', n);
    });
    await expect(work).rejects.toThrow(HeldOverflowError);
    expect(bus.inspect().held).toBe(0);
  });
});

describe('What a gate tells of waits', () => {
  it('is said in the error of a wait that timed out, and warned of before, as long as it holds', async () => {
    jest.useFakeTimers();
    try {
      const { bus, told } = recordedBus();
      let reason: string | undefined = 'It comes after the start.';
      bus.gate().explainWaits((pattern) => (pattern === 'db:connected' ? reason : undefined));
      const failure = (wait: Promise<unknown>): Promise<string> =>
        wait.then(
          () => 'came',
          (error: unknown) => (error as Error).message,
        );
      const early = failure(bus.waitFor('db:connected', { timeout: 3_000 }));
      const other = failure(bus.waitFor('other:topic', { timeout: 3_000, past: true }));
      await jest.advanceTimersByTimeAsync(1_999);
      expect(told.warned).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      expect(told.warned).toEqual([
        {
          code: 'EVENT_BUS_WAITS_TOO_EARLY',
          message: '"db:connected" has been waited for since 2000 ms. It comes after the start.',
        },
      ]);
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await early).toBe('No event for "db:connected" within 3000 ms. It comes after the start.');
      expect(await other).toBe('No event for "other:topic" within 3000 ms.');

      const late = failure(bus.waitFor('db:connected', { timeout: 3_000 }));
      reason = undefined;
      await jest.advanceTimersByTimeAsync(3_000);
      expect(await late).toContain('If it may have happened before the call');
      expect(told.warned).toHaveLength(1);

      reason = 'Not yet.';
      const met = bus.waitFor('db:connected');
      bus.emit('db:connected');
      await met;
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
