import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { BusEvent, HandlerContext, QueueOptions } from 'nestjs-event-bus/core';
import { defineEvent, InvalidArgumentError, RecursionError, RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';

const { setImmediate } = globalThis;
/** Until every promise chain has come to rest. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A handler whose calls end when they are told to, in any order. */
function controlledHandler() {
  const calls: { data: unknown; done: () => void }[] = [];
  const handler = (data: unknown): Promise<void> => {
    const { promise, resolve } = controlledPromise();
    calls.push({ data, done: resolve });
    return promise;
  };
  return { calls, handler, heard: () => calls.map(({ data }) => data) };
}

afterEach(() => void jest.useRealTimers());

describe('A queue', () => {
  it('takes the event at the emit, and its handler runs after that, never within', async () => {
    const { bus } = recordedBus();
    const log: string[] = [];
    bus.on('job:run', (name: string) => void log.push(name), { queue: true });
    bus.emit('job:run', 'handled 1');
    log.push('emitted');
    const report = await bus.emitAsync('job:run', 'handled 2');
    expect(report).toMatchObject({ queued: 1, delivered: 0, results: [], failures: [] });
    await bus.idle();
    expect(log).toEqual(['emitted', 'handled 1', 'handled 2']);
  });

  it('delivers one after another, in order, also when the handler is asynchronous', async () => {
    const { bus } = recordedBus();
    const { handler, calls, heard } = controlledHandler();
    const subscription = bus.on('job:run', handler, { queue: true });
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    for (const n of [1, 2, 3]) {
      await settled();
      expect(heard().at(-1)).toBe(n);
      expect(subscription.toJSON().queue).toEqual({ capacity: 1000, waiting: 3 - n, blocked: 0, running: 1 });
      calls.at(-1)!.done();
    }
    await bus.idle();
    expect(heard()).toEqual([1, 2, 3]);
  });

  it('delivers so many events at a time as its concurrency says', async () => {
    const { bus } = recordedBus();
    const { handler, calls, heard } = controlledHandler();
    const subscription = bus.on('job:run', handler, { queue: { concurrency: 3 } });
    for (let n = 1; n <= 5; n++) bus.emit('job:run', n);
    await settled();
    expect(heard()).toEqual([1, 2, 3]);
    calls[1]!.done();
    await settled();
    expect(heard()).toEqual([1, 2, 3, 4]);
    expect(subscription.toJSON().queue).toMatchObject({ waiting: 1, running: 3 });
    while (calls.length < 5) {
      calls.at(-1)!.done();
      await settled();
    }
    for (const { done } of calls) done();
    await bus.idle();
    expect(subscription.toJSON().queue).toMatchObject({ waiting: 0, running: 0 });
  });

  it('of one subscriber holds up neither the emitter nor the others', async () => {
    const { bus } = recordedBus();
    const heard: number[] = [];
    bus.on('job:run', () => new Promise(() => {}), { queue: { capacity: 2, overflow: 'wait' }, priority: 1 });
    bus.on('job:run', (n: number) => void heard.push(n));
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    void bus.emitAsync('job:run', 4);
    await settled();
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('goes on after a failure, which is reported as any other', async () => {
    const { bus, told } = recordedBus();
    const heard: number[] = [];
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    bus.on(
      'job:run',
      async (n: number) => {
        heard.push(n);
        if (n === 1) throw new Error('boom');
      },
      { queue: true },
    );
    for (const n of [1, 2]) bus.emit('job:run', n);
    await bus.idle();
    expect(heard).toEqual([1, 2]);
    expect(told.failed).toMatchObject([{ phase: 'handler', event: { data: 1 } }]);
    expect(announced).toHaveBeenCalledTimes(1);
  });

  it('is filled only with what the filter lets through, asked at the emit', async () => {
    const { bus, told } = recordedBus();
    const heard: number[] = [];
    const filter = jest.fn((n: number) => n % 2 === 0);
    const subscription = bus.on('job:run', (n: number) => void heard.push(n), {
      filter,
      queue: { capacity: 2, overflow: 'refuse' },
    });
    for (const n of [1, 2, 3, 4, 5]) bus.emit('job:run', n);
    expect(filter).toHaveBeenCalledTimes(5);
    expect(subscription).toMatchObject({ skipped: 3, refused: 0 });
    await bus.idle();
    expect(heard).toEqual([2, 4]);
    expect(told.skipped).toEqual(['filter', 'filter', 'filter']);
  });

  it('takes one event of several patterns of one handler', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler, { queue: true });
    bus.on('job:*', handler, { queue: true });
    bus.on('job:**', handler);
    bus.emit('job:run');
    await bus.idle();
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('is part of a subscription that is there already, also when the options are written anew', () => {
    const { bus, told } = recordedBus();
    const handler = (): void => {};
    const first = bus.on('job:run', handler, { queue: { capacity: 5 } });
    expect(bus.on('job:run', handler, { queue: { capacity: 5 } })).toBe(first);
    expect(told.warned).toEqual([]);
    expect(bus.on('job:run', handler, { queue: { capacity: 6 } })).toBe(first);
    expect(told.warned).toMatchObject([{ code: 'EVENT_BUS_SUBSCRIBED_TWICE' }]);
  });

  it('takes the event that replay gives it', async () => {
    const { bus } = recordedBus();
    const ready = defineEvent('db:ready', { retain: true });
    bus.emit(ready, 1);
    const heard: unknown[] = [];
    bus.on(ready, (data) => void heard.push(data), { replay: 'last', queue: true });
    expect(heard).toEqual([]);
    await bus.idle();
    expect(heard).toEqual([1]);
  });

  it('in a scope hears what is emitted there, and is gone with it', async () => {
    const { bus } = recordedBus();
    const heard: string[] = [];
    const tenant = bus.scope('tenant');
    const inScope = tenant.on('job:run', () => void heard.push('scope'), { queue: true });
    bus.on('job:run', () => void heard.push('root'), { queue: true });
    tenant.emit('job:run');
    await bus.idle();
    expect(heard).toEqual(['scope', 'root']);
    tenant.emit('job:run');
    tenant.closeScope();
    await bus.idle();
    expect(heard).toEqual(['scope', 'root', 'root']);
    expect(inScope).toMatchObject({ delivered: 1, dropped: 1 });
  });

  it('takes what a hold releases, and nothing of one that failed', async () => {
    const { bus } = recordedBus();
    const heard: number[] = [];
    bus.on('job:run', (n: number) => void heard.push(n), { queue: true });
    await bus.hold(async (held) => held.emit('job:run', 1));
    await expect(
      bus.hold(async (held) => {
        held.emit('job:run', 2);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await bus.idle();
    expect(heard).toEqual([1]);
  });

  it('runs handlers in the async context of who subscribed, since a burst has events of many emitters', async () => {
    const { bus } = recordedBus();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const handler = async (): Promise<void> => {
      seen.push(storage.getStore());
      await Promise.resolve();
      seen.push(storage.getStore());
    };
    storage.run('subscriber', () => bus.on('job:run', handler, { queue: true }));
    for (const emitter of ['a', 'b']) storage.run(emitter, () => bus.emit('job:run'));
    await bus.idle();
    expect(seen).toEqual(Array(4).fill('subscriber'));
  });
});

describe('A queue with orderBy', () => {
  const byId: QueueOptions<{ id: unknown }> = { concurrency: 2, orderBy: ({ data }) => data.id };

  it('delivers events with the same key one after another, and others meanwhile', async () => {
    const { bus } = recordedBus();
    const { handler, calls } = controlledHandler();
    bus.on('job:run', handler, { queue: byId });
    const names = (): unknown[] => calls.map(({ data }) => (data as { name: string }).name);
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) bus.emit('job:run', { id: name[0], name });
    await settled();
    expect(names()).toEqual(['a1', 'b1']);
    calls[1]!.done(); // b1; the oldest that may begin is c1, since a is busy
    await settled();
    expect(names()).toEqual(['a1', 'b1', 'c1']);
    calls[0]!.done();
    await settled();
    expect(names().at(-1)).toBe('a2');
    calls[2]!.done();
    await settled();
    expect(names().at(-1)).toBe('b2');
    for (const at of [4, 3, 5]) {
      calls[at]!.done();
      await settled();
    }
    expect(names()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('compares keys as a Map does', async () => {
    const { bus } = recordedBus();
    const { handler, calls } = controlledHandler();
    bus.on('job:run', handler, { queue: { ...byId, concurrency: 10 } });
    const object = {};
    for (const id of [NaN, NaN, 0, -0, '0', object, object, {}, undefined, undefined])
      bus.emit('job:run', { id });
    await settled();
    expect(calls.map(({ data }) => (data as { id: unknown }).id)).toEqual([NaN, 0, '0', {}, {}, undefined]);
  });

  it.each([
    [
      'that throws',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['that returns a promise', () => Promise.reject(new Error('late')), 'synchronous'],
  ])('%s skips its subscriber alone, and is reported', async (_what, orderBy, message) => {
    const { bus, told } = recordedBus();
    const [handler, other] = [jest.fn(), jest.fn()];
    const subscription = bus.on('job:run', handler, { queue: { orderBy }, once: true });
    bus.on('job:run', other);
    bus.emit('job:run');
    const report = await bus.emitAsync('job:run');
    await bus.idle();
    expect(handler).not.toHaveBeenCalled();
    expect(other).toHaveBeenCalledTimes(2);
    expect(report.failures).toMatchObject([{ phase: 'orderBy' }]);
    expect((report.failures[0]!.error as Error).message).toContain(message);
    expect(subscription).toMatchObject({ failed: 2, skipped: 2, active: true });
    expect(told.skipped).toEqual(['orderBy', 'orderBy']);
    if (message === 'synchronous') expect(report.failures[0]!.error).toBeInstanceOf(InvalidArgumentError);
  });
});

describe('A paused subscription with a queue', () => {
  it('keeps its events until it is resumed', async () => {
    const { bus, told } = recordedBus();
    const heard: number[] = [];
    const subscription = bus.on('job:run', (n: number) => void heard.push(n), { queue: true });
    subscription.pause();
    for (const n of [1, 2]) bus.emit('job:run', n);
    await settled();
    expect(heard).toEqual([]);
    expect(subscription).toMatchObject({ skipped: 0, delivered: 0 });
    subscription.resume();
    expect(heard).toEqual([]);
    await bus.idle();
    expect(heard).toEqual([1, 2]);
    expect(told.skipped).toEqual([]);
  });

  it('finishes what has begun, and begins nothing', async () => {
    const { bus } = recordedBus();
    const { handler, calls, heard } = controlledHandler();
    const subscription = bus.on('job:run', handler, { queue: { concurrency: 2, orderBy: () => 'one' } });
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    await settled();
    subscription.pause();
    calls[0]!.done();
    await settled();
    expect(heard()).toEqual([1]);
    bus.emit('job:run', 4);
    subscription.resume();
    for (const at of [1, 2, 3]) {
      await settled();
      calls[at]!.done();
    }
    await bus.idle();
    expect(heard()).toEqual([1, 2, 3, 4]);
  });

  it('that its handler pauses hears nothing more of the same burst', async () => {
    const { bus } = recordedBus();
    const heard: number[] = [];
    const subscription = bus.on(
      'job:run',
      (n: number) => {
        heard.push(n);
        if (n === 2) subscription.pause();
      },
      { queue: true },
    );
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    await bus.idle();
    expect(heard).toEqual([1, 2]);
    subscription.resume();
    await bus.idle();
    expect(heard).toEqual([1, 2, 3]);
  });

  it('holds up nobody who waits for the bus to be idle, or to close, and is named there with what waits', async () => {
    const { bus, told } = recordedBus();
    const mail = bus.as({ module: 'Orders', class: 'Mail' });
    const subscription = mail.on('job:run', function onPlaced() {}, { queue: true });
    subscription.pause();
    for (let n = 0; n < 12; n++) bus.emit('job:run', n);
    await bus.idle();
    expect(await bus.drain()).toBe(true);
    expect(await bus.close()).toEqual({
      drained: 0,
      aborted: ['Orders/Mail.onPlaced (12 waiting)'],
      dropped: 12,
      refused: 0,
    });
    expect(told.warned).toMatchObject([
      { code: 'EVENT_BUS_ABORTED', message: expect.stringContaining('Orders/Mail.onPlaced (12 waiting)') },
    ]);
    expect(told.discarded).toEqual([{ label: 'Orders/Mail.onPlaced', events: 12 }]);
    expect(subscription).toMatchObject({ delivered: 0, dropped: 12 });
  });
});

describe('once with a queue', () => {
  it('delivers the first event that is accepted, and ends before its handler runs', async () => {
    const { bus } = recordedBus();
    const heard: unknown[] = [];
    const subscription = bus.once('job:run', (n) => void heard.push([n, subscription.active]), {
      filter: (n: number) => n > 1,
      queue: true,
    });
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    expect(subscription.active).toBe(true);
    await bus.idle();
    expect(heard).toEqual([[2, false]]);
    expect(subscription).toMatchObject({ delivered: 1, skipped: 1, dropped: 0 });
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('that is paused meanwhile waits for the resumption', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const subscription = bus.once('job:run', handler, { queue: true });
    subscription.pause();
    bus.emit('job:run', 1);
    bus.emit('job:run', 2);
    await bus.idle();
    expect(handler).not.toHaveBeenCalled();
    subscription.resume();
    await bus.idle();
    expect(handler.mock.calls).toMatchObject([[1, expect.anything()]]);
  });

  it('delivers one event when its filter or orderBy emits the topic again', async () => {
    for (const by of ['filter', 'orderBy'] as const) {
      const { bus } = recordedBus();
      const heard: number[] = [];
      const again = (n: number): boolean => {
        if (n < 3) bus.emit('job:run', n + 1);
        return true;
      };
      const subscription = bus.once('job:run', (n: number) => void heard.push(n), {
        ...(by === 'filter' && { filter: again }),
        queue: by === 'filter' || { orderBy: ({ data }: BusEvent<number>) => again(data) },
      });
      bus.emit('job:run', 1);
      await bus.idle();
      expect([heard, subscription.dropped]).toEqual([[3], 0]);
    }
  });
});

describe('A subscription with a queue that ends', () => {
  it('hears nothing more; what waited is discarded, counted and told', async () => {
    const { bus, told } = recordedBus();
    const { handler, calls } = controlledHandler();
    const subscription = bus.on('job:run', handler, { queue: true });
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    await settled();
    subscription.unsubscribe();
    calls[0]!.done();
    await bus.idle();
    expect(calls).toHaveLength(1);
    expect(subscription).toMatchObject({ delivered: 1, dropped: 2 });
    expect(subscription.toJSON().queue).toMatchObject({ waiting: 0, running: 0 });
    expect(told.discarded).toEqual([{ label: 'handler', events: 2 }]);
    expect(bus.inspect().counters).toMatchObject({ lost: 2, dropped: 0 });
  });

  it('by its own handler, or before the first delivery, hears nothing more', async () => {
    const { bus } = recordedBus();
    const heard: number[] = [];
    const itself = bus.on(
      'job:run',
      (n: number) => {
        heard.push(n);
        itself.unsubscribe();
      },
      { queue: true },
    );
    const atOnce = bus.on('job:run', () => void heard.push(-1), { queue: true });
    for (const n of [1, 2]) bus.emit('job:run', n);
    atOnce.unsubscribe();
    await bus.idle();
    expect(heard).toEqual([1]);
    expect([itself.dropped, atOnce.dropped]).toEqual([1, 2]);
  });

  it('during an emit counts the event that comes too late', async () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', () => void queued.unsubscribe());
    const queued = bus.on('job:run', handler, { queue: true });
    bus.emit('job:run');
    await bus.idle();
    expect(handler).not.toHaveBeenCalled();
    expect(queued).toMatchObject({ delivered: 0, dropped: 1 });
    expect(told.discarded).toEqual([{ label: queued.label, events: 1 }]);
  });

  it('because its weak handler was collected drops what waited, and is gone', async () => {
    const { bus } = recordedBus();
    const subscription = (() => bus.on('job:run', () => {}, { weak: true, queue: true }))();
    subscription.pause();
    for (const n of [1, 2]) bus.emit('job:run', n);
    for (let turn = 0; turn < 20 && subscription.active; turn++) {
      await settled();
      globalThis.gc!();
      subscription.resume();
    }
    await bus.idle();
    expect(subscription).toMatchObject({ active: false, delivered: 0, dropped: 2 });
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('is heard weakly as any other while its handler is referred to', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler, { weak: true, queue: true });
    bus.emit('job:run', 1);
    globalThis.gc!();
    await bus.idle();
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

describe('The event loop', () => {
  /** Fails by the timeout of the spec where a turn never comes. */
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await settled();
  };

  it.each([
    ['synchronous', () => undefined],
    ['asynchronous', () => Promise.resolve()],
  ])(
    'has its turn while a queue with a %s handler that feeds itself never empties',
    async (_what, result) => {
      const { bus } = recordedBus();
      let calls = 0;
      const subscription = bus.on(
        'job:run',
        () => {
          calls++;
          bus.emit('job:run');
          return result();
        },
        { queue: true },
      );
      bus.emit('job:run');
      await turns(5);
      expect(calls).toBeGreaterThan(100);
      expect(bus.inspect().tasks).toMatchObject([{ name: expect.stringContaining('waiting') }]);
      subscription.unsubscribe();
      await bus.idle();
    },
  );

  it('has its turn also between deliveries of which several go on at a time', async () => {
    const { bus } = recordedBus();
    let calls = 0;
    const count = 5_000;
    const handler = (): Promise<void> => Promise.resolve(void calls++);
    bus.on('job:run', handler, { queue: { capacity: count, concurrency: 4 } });
    for (let n = 0; n < count; n++) bus.emit('job:run', n);
    await turns(2);
    expect(calls).toBeGreaterThan(100);
    expect(calls).toBeLessThan(1_000);
    await bus.idle();
    expect(calls).toBe(count);
  });

  it('has its turn while two queues feed each other', async () => {
    const { bus } = recordedBus();
    bus.on('a:b', () => void bus.emit('b:a'), { queue: true });
    bus.on('b:a', () => void bus.emit('a:b'), { queue: true });
    bus.emit('a:b');
    await turns(3);
    await bus.close({ timeout: 20 });
  });

  it('has its turns while a million events wait, which all arrive, in order', async () => {
    const bus = new RootEventBus();
    const count = 1_000_000;
    let next = 0;
    bus.on(
      'job:run',
      (n: number) => {
        if (n === next) next++;
      },
      { queue: { capacity: count } },
    );
    for (let n = 0; n < count; n++) bus.emit('job:run', n);
    await turns(3);
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThan(count);
    await bus.idle();
    expect(next).toBe(count);
  }, 20_000);

  it('is the real one, whatever timers a test fakes', async () => {
    jest.useFakeTimers();
    const { bus } = recordedBus();
    const heard: number[] = [];
    bus.on('job:run', (n: number) => void heard.push(n), { queue: true });
    for (let n = 0; n < 999; n++) bus.emit('job:run', n);
    await bus.idle();
    expect(heard).toHaveLength(999);
  });
});

describe('A delivery from a queue', () => {
  it('begins a chain of its own, so handlers that feed queues are no recursion', async () => {
    const { bus } = recordedBus({ recursionLimit: 3 });
    const errors: unknown[] = [];
    let left = 10;
    bus.on('a:b', () => void bus.emit('b:c'));
    bus.on(
      'b:c',
      () => {
        if (left-- > 0) bus.emit('a:b');
      },
      { queue: true },
    );
    bus.on(
      'c:d',
      async () => {
        try {
          bus.emit('d:e');
        } catch (error) {
          errors.push(error);
        }
      },
      { queue: true },
    );
    bus.on('d:e', () => void bus.emit('e:f'));
    bus.on('e:f', () => void bus.emit('f:g'));
    bus.emit('a:b');
    await bus.idle();
    expect(left).toBe(-1);
    bus.on('system:handler_failed', ({ error }) => void errors.push(error));
    bus.emit('c:d');
    await bus.idle();
    expect(errors).toMatchObject([{ chain: ['c:d', 'd:e', 'e:f', 'f:g'] }]);
    expect(errors[0]).toBeInstanceOf(RecursionError);
  });

  it('has a context whose emits are linked to the event', async () => {
    const { bus, told } = recordedBus();
    bus.on(
      'job:run',
      async (_data: unknown, _event: BusEvent, context: HandlerContext) => {
        await context.emitAsync('job:done');
      },
      { queue: true },
    );
    const event = bus.emit('job:run');
    await bus.idle();
    expect(told.emitted.at(-1)).toMatchObject({ topic: 'job:done', causationId: event.id });
  });
});

describe('Queues and the boot gate', () => {
  it('take what was held when the application starts, in order and whole, however little they hold otherwise', async () => {
    const { bus } = recordedBus();
    const gate = bus.gate();
    const heard: number[] = [];
    const subscription = gate.on(bus, 'job:run', (n: number) => void heard.push(n), {
      queue: { capacity: 2, overflow: 'refuse' },
    });
    for (let n = 0; n < 5; n++) bus.emit('job:run', n);
    await settled();
    expect(heard).toEqual([]);
    gate.open();
    bus.emit('job:run', 5); // behind five that wait: refused
    await bus.idle();
    expect(heard).toEqual([0, 1, 2, 3, 4]);
    expect(subscription.refused).toBe(1);
  });
});

describe('idle, drain and close', () => {
  it('wait for what queues hold, and for what runs', async () => {
    for (const wait of ['idle', 'drain', 'close'] as const) {
      const { bus } = recordedBus();
      const { handler, calls } = controlledHandler();
      bus.on('job:run', handler, { queue: true });
      for (const n of [1, 2]) bus.emit('job:run', n);
      let over = false;
      const waiting = bus[wait]().then((answer) => {
        over = true;
        return answer;
      });
      for (const at of [0, 1]) {
        await settled();
        expect(over).toBe(false);
        calls[at]!.done();
      }
      const answer = await waiting;
      if (wait === 'close') expect(answer).toEqual({ drained: 2, aborted: [], dropped: 0, refused: 0 });
      expect(calls).toHaveLength(2);
    }
  });

  it('name a queue once, with what waits in it', async () => {
    const { bus } = recordedBus();
    const hang = (): Promise<void> => new Promise(() => {});
    bus.on('job:run', hang, { queue: { concurrency: 2 } });
    for (let n = 0; n < 5; n++) bus.emit('job:run', n);
    await expect(bus.idle({ timeout: 5 })).rejects.toMatchObject({ tasks: ['hang (3 waiting)'] });
    expect(bus.inspect().tasks).toMatchObject([{ name: 'hang (3 waiting)' }]);
    expect(await bus.close({ timeout: 5 })).toEqual({
      drained: 0,
      aborted: ['hang (3 waiting)'],
      dropped: 3,
      refused: 0,
    });
  });

  it('count deliveries that ended while they waited, and what queues refused meanwhile', async () => {
    const { bus } = recordedBus();
    const { handler, calls } = controlledHandler();
    bus.on('job:run', handler, { queue: { capacity: 1, overflow: 'refuse' } });
    bus.emit('job:run', 1);
    await settled();
    bus.emit('job:run', 2);
    bus.emit('job:run', 'refused before');
    const closed = bus.close();
    bus.emit('job:run', 'refused meanwhile');
    for (const at of [0, 1]) {
      calls[at]!.done();
      await settled();
    }
    expect(await closed).toEqual({ drained: 2, aborted: [], dropped: 0, refused: 1 });
  });
});
