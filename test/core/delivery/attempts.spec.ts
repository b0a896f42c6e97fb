import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { BusEvent, HandlerContext, HandlerFailed, RetryOptions } from 'nestjs-event-bus/core';
import { HandlerTimeoutError, RootEventBus } from 'nestjs-event-bus/core';
import { Shutoff } from '../../../src/core/delivery/shutoff.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  faults = collectProcessFaults();
});
afterEach(async () => {
  const unhandled = await faults.settled();
  faults.stop();
  if (unhandled.length > 0) throw new Error('unhandled', { cause: unhandled[0] });
  jest.useRealTimers();
});

const boom = new Error('boom');

/** A handler that fails so many times, in the way that is said, and then returns which attempt it was. */
function failing(times: number, how: 'throws' | 'rejects' = 'rejects') {
  let calls = 0;
  return jest.fn((): unknown => {
    if (++calls > times) return calls;
    if (how === 'throws') throw boom;
    return Promise.reject(boom);
  });
}

/** Lets everything go on, until nothing waits for a timer. */
const allTimers = (): Promise<void> => jest.runAllTimersAsync();

describe('A handler with retries', () => {
  it.each(['throws', 'rejects'] as const)(
    'that %s is called again until it succeeds, and has not failed',
    async (how) => {
      const { bus, told } = recordedBus();
      const announced = jest.fn();
      bus.on('system:handler_failed', announced);
      const handler = failing(2, how);
      const subscription = bus.on('job:run', handler, { retry: { attempts: 3, backoff: 10 } });
      const emitted = bus.emitAsync('job:run');
      await allTimers();
      expect(await emitted).toMatchObject({ delivered: 1, failures: [], results: [3] });
      expect(handler).toHaveBeenCalledTimes(3);
      expect(told.failed).toEqual([]);
      expect(announced).not.toHaveBeenCalled();
      expect(subscription).toMatchObject({ delivered: 1, failed: 0 });
      expect(bus.inspect()).toMatchObject({
        counters: { delivered: 1, failed: 0 },
        deadLetters: { size: 0 },
      });
    },
  );

  it.each(['throws', 'rejects'] as const)(
    'that %s at the last attempt, too, has failed once, with all attempts counted',
    async (how) => {
      const { bus, told } = recordedBus();
      const announced: HandlerFailed[] = [];
      bus.on('system:handler_failed', (data) => announced.push(data));
      const handler = failing(9, how);
      const subscription = bus.on('job:run', handler, { retry: { attempts: 3, backoff: 10 } });
      const emitted = bus.emitAsync('job:run');
      await allTimers();
      const { subscription: _told, ...failure } = told.failed[0]!;
      const whose = { handler: subscription.label, subscriptionId: subscription.id };
      expect((await emitted).failures).toEqual([{ ...failure, ...whose }]);
      expect(told.failed).toMatchObject([{ error: boom, phase: 'handler', attempts: 3 }]);
      expect(announced).toMatchObject([
        { error: boom, attempts: 3, deadLetter: bus.deadLetters.list()[0]!.id },
      ]);
      expect(handler).toHaveBeenCalledTimes(3);
      expect(subscription).toMatchObject({ delivered: 1, failed: 1 });
    },
  );

  it('that succeeds at once is done when emit returns', () => {
    const { bus } = recordedBus();
    const delivered = jest.fn();
    bus.observe({ delivered });
    bus.on('job:run', () => 1, { retry: {} });
    bus.emit('job:run');
    expect(delivered).toHaveBeenCalledTimes(1);
    expect(bus.inspect().tasks).toEqual([]);
  });

  it('is a task while it waits for its next attempt, and told of as pending', async () => {
    const { bus } = recordedBus();
    const pending = jest.fn();
    bus.observe({ pending });
    bus.on('job:run', failing(1, 'throws'), { retry: { backoff: 1_000 } });
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(999);
    expect(pending).toHaveBeenCalledTimes(1);
    expect(bus.inspect().tasks).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(bus.inspect().tasks).toEqual([]);
  });

  it('tells observers of each attempt that is followed by another', async () => {
    const { bus, told } = recordedBus();
    const subscription = bus.on('job:run', failing(2), { retry: { backoff: 10 } });
    const event = bus.emit('job:run');
    await allTimers();
    expect(told.retrying).toEqual([
      { event, subscription, error: boom, attempt: 1, delay: 10 },
      { event, subscription, error: boom, attempt: 2, delay: 10 },
    ]);
  });

  it('waits a random time that may double each time, unless told otherwise', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { bus, told } = recordedBus();
    bus.on('job:run', failing(9), { retry: { attempts: 4 } });
    bus.on('job:run', failing(9), { retry: { backoff: { type: 'fixed', delay: 7 } }, key: 'fixed' });
    bus.emit('job:run');
    await allTimers();
    jest.mocked(Math.random).mockRestore();
    const delays = (key?: string) =>
      told.retrying.filter(({ subscription }) => subscription.traits.key === key).map(({ delay }) => delay);
    expect([delays(), delays('fixed')]).toEqual([
      [50, 100, 200],
      [7, 7],
    ]);
  });

  it('gets a context of its own for each attempt, which knows which one it is', async () => {
    const { bus } = recordedBus();
    const contexts: HandlerContext[] = [];
    bus.on(
      'job:run',
      (_data, _event, context) => {
        contexts.push(context);
        throw boom;
      },
      { retry: { backoff: 0 } },
    );
    bus.on('job:run', (_data, _event, context) => contexts.push(context));
    bus.emit('job:run');
    await allTimers();
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 3]);
    expect(new Set(contexts).size).toBe(4);
  });

  it('that declares no third parameter gets none at any attempt', async () => {
    const { bus } = recordedBus();
    const lengths: number[] = [];
    const handler = (...all: unknown[]): never => {
      lengths.push(all.length);
      throw boom;
    };
    bus.on('job:run', handler, { retry: { backoff: 0 }, timeout: 100 });
    bus.emit('job:run');
    await allTimers();
    expect(lengths).toEqual([2, 2, 2]);
  });

  it('has its timeout for each attempt anew, with a signal of its own', async () => {
    const { bus, told } = recordedBus();
    const signals: AbortSignal[] = [];
    bus.on(
      'job:run',
      (_data, _event, { signal }) => {
        signals.push(signal);
        return signals.length < 3 ? new Promise(() => {}) : 'done';
      },
      { retry: { backoff: 10 }, timeout: 50 },
    );
    const emitted = bus.emitAsync('job:run');
    await allTimers();
    expect((await emitted).results).toEqual(['done']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(told.retrying.map(({ error }) => error)).toEqual([
      expect.any(HandlerTimeoutError),
      expect.any(HandlerTimeoutError),
    ]);
    expect(signals[0]!.reason).toBe(told.retrying[0]!.error);
  });

  it('is part of the chain of emits at each attempt, so that a circle ends with an error', async () => {
    const { bus, told } = recordedBus({ recursionLimit: 5 });
    bus.on('job:run', () => void bus.emit('job:run'), { retry: { attempts: 2, backoff: 1 } });
    bus.emit('job:run');
    await allTimers();
    expect(told.failed).toMatchObject([{ error: { code: 'EVENT_BUS_RECURSION' }, attempts: 2 }]);
    expect(told.emitted.filter(({ topic }) => topic === 'job:run')).toHaveLength(5);
  });

  it('called in order keeps its place: those behind it wait for its last attempt', async () => {
    const { bus } = recordedBus();
    const calls: string[] = [];
    bus.on('job:run', failing(2, 'throws'), { retry: { backoff: 10 } });
    bus.on('job:run', () => void calls.push('second'));
    const emitted = bus.emitAsync('job:run');
    await jest.advanceTimersByTimeAsync(19);
    expect(calls).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect((await emitted).delivered).toBe(2);
    expect(calls).toEqual(['second']);
  });

  it('for one event has all of them for it', async () => {
    const { bus } = recordedBus();
    const handler = failing(2);
    bus.once('job:run', handler, { retry: { backoff: 10 } });
    bus.emit('job:run');
    bus.emit('job:run');
    await allTimers();
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('takes them from the bus’s default, unless its own option says otherwise', async () => {
    const { bus } = recordedBus({ delivery: { retry: { attempts: 2, backoff: 1 } } });
    const [byDefault, own, none] = [failing(9), failing(9), failing(9)];
    bus.on('job:run', byDefault);
    bus.on('job:run', own, { retry: { attempts: 4, backoff: 1 } });
    bus.on('job:run', none, { retry: false });
    bus.emit('job:run');
    await allTimers();
    expect([byDefault, own, none].map(({ mock }) => mock.calls.length)).toEqual([2, 4, 1]);
  });
});

describe('retryIf', () => {
  const run = async (retryIf: RetryOptions['retryIf']) => {
    const recorded = recordedBus();
    const handler = failing(9);
    recorded.bus.on('job:run', handler, { retry: { attempts: 4, backoff: 1, retryIf } });
    const event = recorded.bus.emit('job:run', 'data');
    await allTimers();
    return { ...recorded, handler, event };
  };

  it('decides by the error, the event and the attempt', async () => {
    const retryIf = jest.fn((_error: unknown, _event: unknown, attempt: number) => attempt < 2);
    const { handler, told, event } = await run(retryIf);
    expect(retryIf.mock.calls).toEqual([
      [boom, event, 1],
      [boom, event, 2],
    ]);
    expect(handler).toHaveBeenCalledTimes(2);
    expect(told.failed).toMatchObject([{ error: boom, attempts: 2 }]);
  });

  it.each<[string, () => boolean, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      /Error: no idea/,
    ],
    ['returns a promise', (async () => true) as never, /retryIf must be synchronous/],
    ['rejects', (async () => Promise.reject(new Error('late'))) as never, /retryIf must be synchronous/],
  ])(
    'that %s ends the attempts: the handler’s error is the failure, and its own is warned of',
    async (_how, retryIf, says) => {
      const { handler, told, event } = await run(retryIf);
      expect(handler).toHaveBeenCalledTimes(1);
      expect(told.failed).toMatchObject([{ error: boom, attempts: 1 }]);
      expect(told.warned).toEqual([
        { code: 'EVENT_BUS_RETRY_IF_FAILED', message: expect.stringMatching(says) },
      ]);
      expect(told.warned[0]!.message).toContain(`"job:run" (event ${event.id})`);
    },
  );

  it('says nothing of a sensitive event in that warning', async () => {
    const { bus, told } = recordedBus({ sensitive: ['job:*'] });
    bus.on('job:run', failing(9), {
      retry: {
        retryIf: (_error, { data }) => {
          throw new Error(String(data));
        },
      },
    });
    bus.emit('job:run', 'hunter2');
    await allTimers();
    expect(told.warned).toHaveLength(1);
    expect(JSON.stringify(told.warned)).not.toContain('hunter2');
  });
});

describe('A wait for the next attempt', () => {
  it.each<[string, (bus: RootEventBus) => unknown]>([
    ['its subscription ends', (bus) => bus.off(bus.inspect().subscriptions[0]!.id)],
    ['another observer ends it', () => undefined],
  ])('ends when %s: the last error stands', async (how, end) => {
    const { bus, told } = recordedBus();
    const handler = failing(9);
    const subscription = bus.on('job:run', handler, { retry: { backoff: 60_000 } });
    if (how.startsWith('another')) bus.observe({ retrying: () => void subscription.unsubscribe() });
    bus.emit('job:run');
    await faults.settled();
    end(bus);
    await bus.idle();
    expect(handler).toHaveBeenCalledTimes(1);
    expect(told.failed).toMatchObject([{ error: boom, attempts: 1 }]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([false, true])(
    'does not end by a pause: what had begun goes on (by failures: %s)',
    async (byFailures) => {
      const { bus, told } = recordedBus();
      let attempts = 0;
      const subscription = bus.on(
        'job:run',
        async (data) => {
          if (data === 'hopeless' || ++attempts === 1) throw data === 'hopeless' ? new TypeError() : boom;
        },
        {
          retry: { retryIf: (error) => error === boom, backoff: 60_000 },
          pause: { failures: 1, resumeAfter: Infinity },
        },
      );
      bus.emit('job:run');
      await faults.settled();
      if (byFailures) await bus.emitAsync('job:run', 'hopeless');
      else subscription.pause();
      expect(subscription.paused).toBe(true);
      await allTimers();
      expect(attempts).toBe(2);
      expect(told.failed).toHaveLength(byFailures ? 1 : 0);
      expect(subscription.paused).toBe(true);
    },
  );

  it('of an attempt during which the subscription ended does not begin', async () => {
    const { bus, told } = recordedBus();
    const subscription = bus.on(
      'job:run',
      async () => {
        subscription.unsubscribe();
        throw boom;
      },
      { retry: {} },
    );
    bus.emit('job:run');
    await bus.idle();
    expect(told.retrying).toEqual([]);
    expect(told.failed).toMatchObject([{ attempts: 1 }]);
  });

  it('ends when a scope is closed', async () => {
    const { bus, told } = recordedBus();
    bus.scope('tenant').on('job:run', failing(9), { retry: { backoff: 60_000 } });
    bus.scope('tenant').emit('job:run');
    await faults.settled();
    bus.closeScope('tenant');
    await bus.idle();
    expect(told.failed).toMatchObject([{ attempts: 1 }]);
  });

  it('is waited for by a bus that closes, for as long as it has time', async () => {
    const { bus } = recordedBus({ closeTimeout: 1_000 });
    const handler = failing(2);
    bus.on('job:run', handler, { retry: { backoff: 100 } });
    bus.emit('job:run');
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await closed).toMatchObject({ drained: 1, aborted: [] });
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('ends when the bus could wait no longer, also that of a subscription for one event', async () => {
    const { bus, told } = recordedBus({ closeTimeout: 100 });
    bus.on('job:run', failing(9), { retry: { backoff: 60_000 } });
    bus.once('job:run', failing(9, 'throws'), { retry: { backoff: 60_000 } });
    bus.emit('job:run');
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(100);
    expect((await closed).aborted).toHaveLength(2);
    await faults.settled();
    expect(told.failed).toMatchObject([
      { error: boom, attempts: 1 },
      { error: boom, attempts: 1 },
    ]);
    expect(bus.deadLetters.size).toBe(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('Whatever fails how often', () => {
  const subscriptions = fc.array(
    fc.record({ attempts: fc.integer({ min: 1, max: 5 }), async: fc.boolean(), once: fc.boolean() }),
    { minLength: 1, maxLength: 4 },
  );
  /** For each event and subscription: how many attempts fail. */
  const failures = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 4, maxLength: 4 }), {
    maxLength: 12,
  });

  it('each is called as often as it takes, and the dead letters are exactly what failed for good', async () => {
    await fc.assert(
      fc.asyncProperty(subscriptions, failures, fc.boolean(), async (handlers, fails, inOrder) => {
        const { bus, told } = recordedBus();
        const calls = new Map<string, number>();
        for (const [at, { attempts, async, once }] of handlers.entries()) {
          const handler = (n: number): unknown => {
            const call = (calls.get(`${n}/${at}`) ?? 0) + 1;
            calls.set(`${n}/${at}`, call);
            if (call > fails[n]![at]!) return `${n}/${at}`;
            if (async) return Promise.reject(boom);
            throw boom;
          };
          bus.on('job:run', handler, {
            retry: { attempts, backoff: 5 },
            once: once && !inOrder,
            key: `${at}`,
          });
        }
        for (const n of fails.keys()) {
          if (inOrder) void bus.emitAsync('job:run', n);
          else bus.emit('job:run', n);
        }
        await allTimers();
        await bus.idle();

        const expected = new Map<string, number>();
        const dead: string[] = [];
        for (const [n, times] of fails.entries()) {
          for (const [at, { attempts, once }] of handlers.entries()) {
            if (once && !inOrder && n > 0) continue;
            expected.set(`${n}/${at}`, Math.min(attempts, times[at]! + 1));
            if (times[at]! >= attempts) dead.push(`${n}/${at} after ${attempts}`);
          }
        }
        expect(Object.fromEntries(calls)).toEqual(Object.fromEntries(expected));
        const letters = bus.deadLetters.list().map(({ event, subscriptionId, attempts }) => {
          const key = told.failed.find(({ subscription }) => subscription.id === subscriptionId);
          return `${String(event.data)}/${String(key!.subscription.traits.key)} after ${attempts}`;
        });
        expect(letters.toSorted()).toEqual(dead.toSorted());
        expect(bus.inspect().counters).toMatchObject({ failed: dead.length });
        expect(told.failed).toHaveLength(dead.length);
        await bus.close();
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});

describe('A wait between attempts', () => {
  it('leaves no listener behind, however it ends', async () => {
    const added = jest.spyOn(Shutoff.prototype, 'add');
    const { bus } = recordedBus();
    const subscription = bus.on('job:run', failing(2), { retry: { attempts: 3, backoff: 10 } });
    bus.emit('job:run');
    await allTimers();
    expect(added).toHaveBeenCalledTimes(2);
    const shutoff = added.mock.contexts[0] as Shutoff;
    expect([shutoff.size, subscription.ends.size]).toEqual([0, 0]);
    const ended = bus.on('job:end', failing(2), { retry: { attempts: 3, backoff: 10 } });
    bus.emit('job:end');
    await jest.advanceTimersByTimeAsync(1);
    expect([shutoff.size, ended.ends.size]).toEqual([1, 1]);
    ended.unsubscribe();
    expect([shutoff.size, ended.ends.size]).toEqual([0, 0]);
    added.mockRestore();
  });
});

describe('A handler of one event', () => {
  it('that fails because the bus can wait no longer is not called again, and no timer is left', async () => {
    const { bus, told } = recordedBus();
    const untilAborted = (_data: unknown, _event: BusEvent, { signal }: HandlerContext): Promise<never> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(boom)));
    bus.once('job:run', untilAborted, { retry: { attempts: 3, backoff: 10_000 } });
    bus.emit('job:run');
    const closed = bus.close({ timeout: 10 });
    await jest.advanceTimersByTimeAsync(20);
    await closed;
    expect(told.failed).toMatchObject([{ error: boom, attempts: 1 }]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('A process', () => {
  it('lives for the next attempt, also of what waits in a queue; not for events behind a paused subscription', async () => {
    jest.useRealTimers();
    const timers = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    const { bus } = recordedBus();
    const before = timers();
    const paused = bus.on('job:run', () => {}, { queue: true });
    paused.pause();
    const failsOnce = bus.on('job:run', failing(1, 'throws'), { pause: { failures: 1 }, queue: true });
    bus.emit('job:run');
    await bus.idle();
    bus.emit('job:run');
    expect([failsOnce.toJSON().pausedBy, timers()]).toEqual(['failures', before]);
    failsOnce.unsubscribe();
    bus.on('job:run', failing(1, 'throws'), { retry: { backoff: 10_000 }, queue: true });
    bus.emit('job:run');
    await new Promise((resolve) => setImmediate(resolve));
    expect(timers()).toBe(before + 1);
    await bus.close({ timeout: 0 });
    expect(timers()).toBe(before);
  });
});
