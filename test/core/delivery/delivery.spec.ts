/* oxlint-disable unicorn/no-thenable -- thenables are what these specs are about */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import type { BusEvent, HandlerFailed, Subscription } from 'nestjs-event-bus/core';
import { HandlersFailedError, RootEventBus } from 'nestjs-event-bus/core';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => faults.stop());

const trap = (): never => {
  throw new Error('touched');
};
/** Throws at every touch. */
const hostile = new Proxy(() => {}, {
  get: trap,
  getPrototypeOf: trap,
  has: trap,
  ownKeys: trap,
  apply: trap,
});
const revoked = Proxy.revocable({}, {});
revoked.revoke();

const failing = async (error: unknown): Promise<never> => {
  throw error;
};

const THROWN: [string, unknown][] = [
  ['an Error', new Error('boom')],
  ['undefined', undefined],
  ['null', null],
  ['a symbol', Symbol('boom')],
  ['a string', 'boom'],
  ['NaN', NaN],
  ['an object without a prototype', Object.create(null)],
  ['a proxy that throws at every touch', hostile],
  ['a revoked proxy', revoked.proxy],
  ['an error whose stack throws', Object.defineProperty(new Error('boom'), 'stack', { get: trap })],
  ['an error whose stack is a symbol', Object.assign(new Error('boom'), { stack: Symbol('stack') })],
  ['an error of another realm', runInNewContext('new Error("boom")')],
];

const WAYS: [string, (error: unknown) => unknown][] = [
  [
    'throws',
    (error) => {
      throw error;
    },
  ],
  ['rejects with', (error) => failing(error)],
  [
    'returns a thenable that rejects with',
    (error) => ({ then: (_: unknown, no: (e: unknown) => void) => no(error) }),
  ],
  [
    'returns a thenable that throws',
    (error) => ({
      then() {
        throw error;
      },
    }),
  ],
  [
    'returns a value whose `then` getter throws',
    (error) => ({
      get then() {
        throw error;
      },
    }),
  ],
];

describe.each(WAYS)('A handler that %s', (_way, failWith) => {
  it.each(THROWN)('%s reaches neither the emitter nor the other handlers', async (_what, error) => {
    const { bus, told } = recordedBus();
    const announced: HandlerFailed[] = [];
    bus.on('system:handler_failed', (data) => announced.push(data));
    const before = jest.fn();
    const after = jest.fn();
    bus.on('job:run', before);
    bus.on('job:run', () => failWith(error));
    bus.on('job:run', after);

    const event = bus.emit('job:run', 1);
    expect([before, after].map((handler) => handler.mock.calls.length)).toEqual([1, 1]);
    await bus.idle();
    const report = await bus.emitAsync('job:run', 2);

    expect([before, after].map((handler) => handler.mock.calls.length)).toEqual([2, 2]);
    expect(report).toMatchObject({ delivered: 3, results: [undefined, undefined] });
    expect(report.failures).toHaveLength(1);
    expect(Object.is(report.failures[0]!.error, error)).toBe(true);
    expect(() => report.throwIfFailed()).toThrow(HandlersFailedError);
    expect(told.failed.map((failure) => Object.is(failure.error, error))).toEqual([true, true]);
    expect(announced.map(({ eventId, topic }) => ({ eventId, topic }))).toEqual([
      { eventId: event.id, topic: 'job:run' },
      { eventId: report.event.id, topic: 'job:run' },
    ]);
    expect(await faults.settled()).toEqual([]);
  });

  it.each(THROWN)('%s is told to the console where nobody observes', async (_what, error) => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => {});
    const bus = new RootEventBus();
    bus.on('job:run', function sendMail() {
      return failWith(error);
    });
    const event = bus.emit('job:run');
    await bus.idle();
    expect(lines).toHaveBeenCalledTimes(1);
    expect(lines.mock.calls[0]![0]).toMatch(`A handler failed: sendMail on "job:run" (event ${event.id})`);
    lines.mockRestore();
    expect(await faults.settled()).toEqual([]);
  });
});

describe('A handler’s result', () => {
  const THENABLES: [string, unknown, unknown][] = [
    ['a thenable that resolves at once', { then: (yes: (v: unknown) => void) => yes('first') }, 'first'],
    [
      'a thenable that resolves twice, rejects, and throws',
      {
        then(yes: (v: unknown) => void, no: (e: unknown) => void) {
          yes('first');
          yes('second');
          no(new Error('late'));
          throw new Error('later');
        },
      },
      'first',
    ],
    [
      'a function with a `then`',
      Object.assign(() => {}, { then: (yes: (v: unknown) => void) => yes('first') }),
      'first',
    ],
    ['a thenable of a promise of another realm', runInNewContext('Promise.resolve("first")'), 'first'],
    ['an object whose `then` is no function', { then: 'later' }, { then: 'later' }],
  ];

  it.each(THENABLES)('counts once when it is %s', async (_what, result, expected) => {
    const { bus, told } = recordedBus();
    bus.on('job:run', () => result);
    const report = await bus.emitAsync('job:run');
    expect(report).toMatchObject({ delivered: 1, failures: [], results: [expected] });
    bus.emit('job:run');
    await bus.idle();
    expect(told.failed).toEqual([]);
    expect(await faults.settled()).toEqual([]);
  });

  it('is awaited, not called, when somebody put another `then` or `catch` on the promise', async () => {
    const { bus } = recordedBus();
    const rigged = Object.assign(Promise.resolve('fine'), { then: trap, catch: trap });
    bus.on('job:run', () => rigged);
    const report = await bus.emitAsync('job:run');
    expect(report.delivered).toBe(1);
    expect(await faults.settled()).toEqual([]);
  });

  it('that is a promise is a tracked task until it settles', async () => {
    const { bus } = recordedBus();
    let finish!: () => void;
    bus.on('job:run', function sendMail() {
      return new Promise<void>((resolve) => (finish = resolve));
    });
    bus.emit('job:run');
    expect(bus.inspect().tasks.map(({ name }) => name)).toEqual(['sendMail']);
    finish();
    await bus.idle();
    expect(bus.inspect().tasks).toEqual([]);
  });
});

describe('A filter', () => {
  it('lets only those events through for which it returns true', () => {
    const { bus, told } = recordedBus();
    const seen: number[] = [];
    const big = bus.on('job:run', (size: number) => seen.push(size), { filter: (size: number) => size > 1 });
    for (const size of [1, 2, 3]) bus.emit('job:run', size);
    expect(seen).toEqual([2, 3]);
    expect(big).toMatchObject({ delivered: 2, skipped: 1, failed: 0 });
    expect(told.skipped).toEqual(['filter']);
  });

  it('is asked with the data and the event', () => {
    const { bus } = recordedBus();
    const filter = jest.fn((_data: string, _event: BusEvent) => true);
    bus.on('job:run', () => {}, { filter });
    const event = bus.emit('job:run', 'data');
    expect(filter).toHaveBeenCalledWith('data', event);
  });

  it('that throws skips its own subscriber alone, and is reported', async () => {
    const { bus, told } = recordedBus();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    const guarded = jest.fn();
    const other = jest.fn();
    const subscription = bus.on('job:run', guarded, { filter: trap });
    bus.on('job:run', other);
    bus.emit('job:run');
    const report = await bus.emitAsync('job:run');
    expect(guarded).not.toHaveBeenCalled();
    expect(other).toHaveBeenCalledTimes(2);
    expect(announced).toHaveBeenCalledTimes(2);
    expect(told.failed[0]).toMatchObject({ phase: 'filter', error: new Error('touched') });
    expect(report.failures).toHaveLength(1);
    expect(subscription).toMatchObject({ delivered: 0, failed: 2, skipped: 2 });
    expect(await faults.settled()).toEqual([]);
  });

  it('that returns a promise has failed, however the promise ends', async () => {
    const { bus, told } = recordedBus();
    const guarded = jest.fn();
    for (const promise of [Promise.resolve(true), Promise.reject(new Error('late'))]) {
      bus.once('job:run', guarded, { key: false, filter: (() => promise) as never });
    }
    bus.emit('job:run');
    expect(guarded).not.toHaveBeenCalled();
    expect(told.failed.map(({ phase, error }) => [phase, (error as Error).message])).toEqual(
      Array.from({ length: 2 }, () => ['filter', expect.stringContaining('synchronous')]),
    );
    expect(await faults.settled()).toEqual([]);
  });
});

describe('once', () => {
  it('ends the subscription before its handler runs', () => {
    const { bus } = recordedBus();
    let active: boolean | undefined;
    const subscription: Subscription = bus.once('job:run', () => (active = subscription.active));
    bus.emit('job:run');
    expect(active).toBe(false);
  });

  it('delivers exactly one event, also when an earlier handler, the filter or the handler itself emits the topic again', async () => {
    for (const mode of ['emit', 'emitAsync'] as const) {
      const { bus } = recordedBus();
      const seen: number[] = [];
      let nested = 0;
      const emitNested = (): void => void (nested++ < 3 && bus[mode]('job:run', nested));
      bus.on('job:run', emitNested);
      bus.once(
        'job:run',
        (n: number) => {
          seen.push(n);
          emitNested();
        },
        {
          filter: () => {
            emitNested();
            return true;
          },
        },
      );
      await bus[mode]('job:run', 0);
      await bus.idle();
      expect(seen).toHaveLength(1);
    }
  });

  it('delivers exactly one event when its own filter emits the topic again', () => {
    const { bus } = recordedBus();
    const seen: number[] = [];
    const filter = (n: number): boolean => {
      if (n < 3) bus.emit('job:run', n + 1);
      return true;
    };
    const subscription = bus.once('job:run', (n: number) => void seen.push(n), { filter });
    bus.emit('job:run', 1);
    expect(seen).toEqual([3]);
    expect(subscription.delivered).toBe(1);
  });

  it('delivers exactly one event of concurrent awaited emits', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', () => Promise.resolve());
    bus.once('job:run', handler);
    await Promise.all([1, 2, 3].map((n) => bus.emitAsync('job:run', n)));
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('waits on while its filter refuses, and while it is paused', () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const subscription = bus.once('job:run', handler, { filter: (n: number) => n > 1 });
    bus.emit('job:run', 1);
    subscription.pause();
    bus.emit('job:run', 2);
    subscription.resume();
    bus.emit('job:run', 3);
    bus.emit('job:run', 4);
    expect(handler.mock.calls.map(([n]) => n)).toEqual([3]);
  });
});

describe('A weak subscription', () => {
  it('is gone from the bus once its handler is collected, and keeps nothing alive', async () => {
    const { bus } = recordedBus();
    const ended = jest.fn();
    bus.observe({ unsubscribed: ended });
    const handler = new WeakRef(
      (() => {
        const held = (): void => {};
        bus.on('job:run', held, { weak: true });
        return held;
      })(),
    );
    expect(bus.inspect().subscriptions).toHaveLength(1);
    for (let turn = 0; turn < 50 && ended.mock.calls.length === 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc!();
    }
    expect(handler.deref()).toBeUndefined();
    expect(ended).toHaveBeenCalledTimes(1);
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('hears as any other while its handler is referred to, and is found by it', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const subscription = bus.on('job:run', handler, { weak: true });
    globalThis.gc!();
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(1);
    expect(bus.on('job:run', handler, { weak: true })).toBe(subscription);
    expect(bus.off(handler)).toBe(true);
    expect(subscription.active).toBe(false);
  });
});

describe('The collector of process faults of these specs', () => {
  it('sees a rejection that nobody handles', async () => {
    void Promise.reject(new Error('seen'));
    expect(await faults.settled()).toEqual([new Error('seen')]);
  });
});
