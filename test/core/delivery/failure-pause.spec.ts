import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type {
  PauseOptions,
  RootEventBusOptions,
  SubscriptionPaused,
  SubscriptionResumed,
} from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};

/** A bus with a handler of `job:run` that fails while `state.fails`, and what was announced of it. */
function paused(pause: PauseOptions, options?: RootEventBusOptions) {
  const recorded = recordedBus(options);
  const { bus } = recorded;
  const state = { fails: true };
  const handler = jest.fn((_n: unknown) => {
    if (state.fails) throw boom;
  });
  const subscription = bus.on('job:run', handler, { pause });
  const announced: (SubscriptionPaused | SubscriptionResumed)[] = [];
  bus.on('system:subscription_paused', (data) => announced.push(data));
  bus.on('system:subscription_resumed', (data) => announced.push(data));
  const emit = (times = 1): void => {
    for (let n = 0; n < times; n++) bus.emit('job:run');
  };
  return { ...recorded, state, handler, subscription, announced, emit };
}

describe('A handler that keeps failing', () => {
  it('is paused after so many failures in a row: later events are skipped and counted', () => {
    const { subscription, handler, emit, told, bus } = paused({ failures: 3 });
    emit(2);
    expect(subscription.paused).toBe(false);
    emit(5);
    expect(subscription.paused).toBe(true);
    expect(handler).toHaveBeenCalledTimes(3);
    expect(subscription).toMatchObject({ delivered: 3, failed: 3, skipped: 4 });
    expect(told.skipped).toEqual(Array(4).fill('paused'));
    expect(bus.inspect().counters).toMatchObject({ skipped: 4 });
  });

  it('is not, while a success comes between', () => {
    const { subscription, state, emit } = paused({ failures: 3 });
    for (let n = 0; n < 4; n++) {
      state.fails = true;
      emit(2);
      expect(subscription.toJSON().failuresInARow).toBe(2);
      state.fails = false;
      emit();
      expect(subscription.toJSON().failuresInARow).toBe(0);
    }
    expect(subscription.paused).toBe(false);
  });

  it('is told of: to observers and as system:subscription_paused', () => {
    const { bus, subscription, told, announced } = paused({ failures: 2, resumeAfter: 500 });
    bus.emit('job:run');
    const event = bus.emit('job:run');
    expect(told.paused).toEqual([{ subscription, failures: 2, resumeAfter: 500, event, error: boom }]);
    expect(announced).toEqual([
      {
        subscriptionId: subscription.id,
        handler: subscription.label,
        pattern: 'job:run',
        failures: 2,
        resumeAfter: 500,
        eventId: event.id,
        topic: 'job:run',
        error: boom,
      },
    ]);
    expect(told.emitted.at(-1)).toMatchObject({ causationId: event.id });
  });

  it.each([
    [[], 'Error: boom'],
    [['job:*'], 'is not shown'],
  ])('is warned of where nobody observes pauses (sensitive: %j)', (sensitive, says) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bus = new RootEventBus({ sensitive });
    bus.observe({ failed: () => {} });
    bus.on('job:run', fail, { pause: { failures: 1 } });
    bus.emit('job:run');
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('fail was paused on "job:run" after 1 failure.'), expect.anything()],
    ]);
    expect(warn.mock.calls[0]![0]).toContain(says);
    warn.mockRestore();
  });

  it('shows in its figures why it is paused', () => {
    const { bus, subscription, emit } = paused({ failures: 2 });
    const other = bus.on('job:run', () => {});
    other.pause();
    emit(2);
    const figures = (id: string) => bus.inspect().subscriptions.find((each) => each.id === id);
    expect(figures(subscription.id)).toMatchObject({ paused: true, pausedBy: 'failures', failuresInARow: 2 });
    expect(figures(other.id)).toMatchObject({ paused: true, pausedBy: 'hand', failuresInARow: undefined });
    other.resume();
    expect(other.toJSON()).toMatchObject({ paused: false, pausedBy: undefined });
  });

  it('counts a delivery once, however many attempts it had', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn(() => Promise.reject(boom));
    const subscription = bus.on('job:run', handler, {
      retry: { attempts: 3, backoff: 1 },
      pause: { failures: 2 },
    });
    for (const isPaused of [false, true]) {
      bus.emit('job:run');
      await jest.advanceTimersByTimeAsync(10);
      expect(subscription.paused).toBe(isPaused);
    }
    expect(handler).toHaveBeenCalledTimes(6);
  });

  it('is paused before anybody is told of the failure, so that an emit in answer to it does not go round', async () => {
    const { bus, handler, emit } = paused({ failures: 3 });
    bus.on('system:handler_failed', () => emit());
    emit();
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('has the bus’s default, unless its own option says otherwise', () => {
    const { bus } = recordedBus({ delivery: { pause: { failures: 1 } } });
    const subscriptions = [undefined, { failures: 2 }, false as const].map((pause) =>
      bus.on('job:run', () => fail(), { pause }),
    );
    const paused = () => subscriptions.map((each) => each.paused);
    bus.emit('job:run');
    expect(paused()).toEqual([true, false, false]);
    bus.emit('job:run');
    expect(paused()).toEqual([true, true, false]);
  });
});

describe('A pause by failures', () => {
  it('lets one delivery through after its time, on trial; its success ends the pause', async () => {
    const { subscription, state, handler, emit, announced, told } = paused({ failures: 1, resumeAfter: 500 });
    emit();
    await jest.advanceTimersByTimeAsync(499);
    emit();
    expect(handler).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(subscription.paused).toBe(true);
    state.fails = false;
    emit(3);
    expect(handler).toHaveBeenCalledTimes(4);
    expect(subscription.toJSON()).toMatchObject({ paused: false, failuresInARow: 0 });
    expect(announced.slice(1)).toEqual([
      { subscriptionId: subscription.id, handler: subscription.label, pattern: 'job:run', by: 'trial' },
    ]);
    expect(told.resumed).toEqual([{ subscription, by: 'trial' }]);
  });

  it('begins anew when the trial fails, and is told of again', async () => {
    const { handler, emit, announced } = paused({ failures: 2, resumeAfter: 500 });
    emit(2);
    for (let trial = 1; trial <= 3; trial++) {
      await jest.advanceTimersByTimeAsync(500);
      emit(5);
      expect(handler).toHaveBeenCalledTimes(2 + trial);
      expect(announced.at(-1)).toMatchObject({ failures: 2 + trial });
    }
    expect(announced).toHaveLength(4);
  });

  it('lets nobody else through while the trial runs', async () => {
    const { bus } = recordedBus();
    const trial = controlledPromise();
    const handler = jest.fn<() => unknown>().mockImplementationOnce(fail).mockReturnValueOnce(trial.promise);
    const subscription = bus.on('job:run', handler, { pause: { failures: 1, resumeAfter: 10 } });
    await bus.emitAsync('job:run');
    await jest.advanceTimersByTimeAsync(10);
    bus.emit('job:run');
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(2);
    expect(subscription).toMatchObject({ paused: true, skipped: 1 });
    trial.resolve();
    await bus.idle();
    expect(subscription.paused).toBe(false);
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('is not ended by what was let in before the trial began, and succeeds beside it', async () => {
    const { bus } = recordedBus();
    const trial = controlledPromise();
    const calls: number[] = [];
    const subscription = bus.on(
      'job:run',
      (n: number) => {
        calls.push(n);
        if (n === 0) throw boom;
        return n === 2 ? trial.promise : undefined;
      },
      {
        filter: (n: number) => {
          if (n === 1) bus.emit('job:run', 2);
          return true;
        },
        pause: { failures: 1, resumeAfter: 10 },
      },
    );
    bus.emit('job:run', 0);
    await jest.advanceTimersByTimeAsync(10);
    bus.emit('job:run', 1);
    expect([calls, subscription.paused]).toEqual([[0, 2, 1], true]);
    trial.resolve();
    await bus.idle();
    expect(subscription.paused).toBe(false);
  });

  it('waits for a trial that the filter lets through', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn<(n: number) => void>().mockImplementationOnce(() => {
      throw boom;
    });
    const subscription = bus.on('job:run', handler, {
      filter: (n: number) => n > 0,
      pause: { failures: 1, resumeAfter: 10 },
    });
    bus.emit('job:run', 1);
    await jest.advanceTimersByTimeAsync(10);
    bus.emit('job:run', 0);
    bus.emit('job:run', 2);
    expect(handler.mock.calls.map(([n]) => n)).toEqual([1, 2]);
    expect(subscription.paused).toBe(false);
  });

  it('ends at once by resume, and counting begins anew', async () => {
    const { subscription, handler, emit, told, announced } = paused({ failures: 2, resumeAfter: 500 });
    emit(2);
    expect(subscription.resume()).toBe(true);
    expect(subscription.resume()).toBe(false);
    expect(subscription.toJSON()).toMatchObject({ paused: false, failuresInARow: 0 });
    expect(told.resumed).toEqual([{ subscription, by: 'hand' }]);
    expect(announced.at(-1)).toMatchObject({ by: 'hand' });
    expect(jest.getTimerCount()).toBe(0);
    emit();
    expect(subscription.paused).toBe(false);
    emit(2);
    expect(handler).toHaveBeenCalledTimes(4);
  });

  it('that never ends of its own accord ends by resume', async () => {
    const { subscription, handler, emit } = paused({ failures: 1, resumeAfter: Infinity });
    emit();
    expect(jest.getTimerCount()).toBe(0);
    emit();
    expect(handler).toHaveBeenCalledTimes(1);
    subscription.resume();
    emit();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('gives way to a pause by hand, which only resume ends; its end is told all the same', async () => {
    const { subscription, state, handler, emit, told } = paused({ failures: 1, resumeAfter: 500 });
    emit();
    expect(subscription.pause()).toBe(false);
    expect(subscription.toJSON()).toMatchObject({ paused: true, pausedBy: 'hand' });
    expect(jest.getTimerCount()).toBe(0);
    await jest.advanceTimersByTimeAsync(1_000);
    emit();
    expect(handler).toHaveBeenCalledTimes(1);
    expect(told.resumed).toEqual([]);
    state.fails = false;
    expect(subscription.resume()).toBe(true);
    expect(told.resumed).toHaveLength(1);
    emit();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('is no matter of deliveries that began before it', async () => {
    const { bus } = recordedBus();
    const runs = [0, 1, 2, 3].map(() => controlledPromise());
    let n = 0;
    const subscription = bus.on('job:run', () => runs[n++]!.promise, {
      pause: { failures: 1, resumeAfter: 10 },
    });
    for (const _ of runs.slice(0, 3)) bus.emit('job:run');
    runs[0]!.reject(boom);
    await jest.advanceTimersByTimeAsync(0);
    expect(subscription.paused).toBe(true);
    runs[1]!.resolve();
    await jest.advanceTimersByTimeAsync(10);
    expect(subscription.paused).toBe(true);
    bus.emit('job:run'); // the trial
    runs[2]!.reject(boom);
    await jest.advanceTimersByTimeAsync(0);
    expect(subscription.toJSON().failuresInARow).toBe(1);
    runs[3]!.resolve();
    await bus.idle();
    expect(subscription.paused).toBe(false);
  });

  it('that somebody ends before it was told of is not told of', () => {
    const { bus, subscription, emit, told, announced } = paused({ failures: 1 });
    bus.observe({ failed: () => void subscription.resume() });
    emit();
    expect(subscription.paused).toBe(false);
    expect([told.paused, told.resumed, announced]).toEqual([[], [], []]);
  });

  it('keeps no process alive, and its timer ends with the subscription, the scope or the bus', async () => {
    const { bus, subscription, emit } = paused({ failures: 1, resumeAfter: 500 });
    const spy = jest.spyOn(globalThis, 'setTimeout');
    emit();
    expect((spy.mock.results[0]!.value as NodeJS.Timeout).hasRef()).toBe(false);
    spy.mockRestore();
    subscription.unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    const scope = bus.scope('tenant');
    scope.on('job:run', fail, { pause: { failures: 1 } });
    scope.emit('job:run');
    expect(jest.getTimerCount()).toBe(1);
    bus.closeScope('tenant');
    expect(jest.getTimerCount()).toBe(0);
    bus.on('job:run', fail, { pause: { failures: 1 } });
    bus.emit('job:run');
    expect(jest.getTimerCount()).toBe(1);
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(1);
    await closed;
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('What is announced of pauses', () => {
  it.each(['system:handler_failed', 'system:subscription_paused', 'system:subscription_resumed', '**'])(
    'does not loop when a handler of %s keeps failing itself',
    async (pattern) => {
      const { bus, told } = recordedBus();
      const state = { fails: true };
      bus.on(pattern, fail, { pause: { failures: 1, resumeAfter: 10 } });
      bus.on(pattern, () => Promise.reject(boom), { pause: { failures: 2, resumeAfter: 10 } });
      bus.on('job:run', () => state.fails && fail(), { pause: { failures: 1, resumeAfter: 5 } });
      for (let round = 0; round < 20; round++) {
        state.fails = round % 2 === 0;
        const before = told.emitted.length;
        bus.emit('job:run');
        await jest.advanceTimersByTimeAsync(50);
        await bus.idle();
        expect(told.emitted.length - before).toBeLessThan(10);
      }
    },
  );

  it('is not the pause of who handles such an event', () => {
    const { bus, told } = recordedBus();
    bus.on('system:handler_failed', fail, { pause: { failures: 1 } });
    bus.on('job:run', fail);
    bus.emit('job:run');
    expect(told.paused).toHaveLength(1);
    expect(told.emitted.map(({ topic }) => topic)).toEqual(['job:run', 'system:handler_failed']);
  });

  it('is heard in the scope of the subscription', () => {
    const { bus } = recordedBus();
    const scope = bus.scope('tenant');
    const [inScope, inRoot] = [jest.fn(), jest.fn()];
    scope.on('system:subscription_paused', inScope);
    bus.on('system:subscription_paused', inRoot);
    scope.on('job:run', fail, { pause: { failures: 1 } });
    scope.emit('job:run');
    expect([inScope.mock.calls.length, inRoot.mock.calls.length]).toEqual([1, 1]);
    bus.on('job:go', fail, { pause: { failures: 1 } });
    scope.emit('job:go');
    expect([inScope.mock.calls.length, inRoot.mock.calls.length]).toEqual([1, 2]);
  });

  it('shows nothing that a handler of a sensitive event threw, but to handlers', () => {
    const { bus } = recordedBus({ sensitive: ['job:*'] });
    const heard = jest.fn<(data: SubscriptionPaused) => void>();
    bus.on('system:subscription_paused', heard);
    bus.on('job:run', fail, { pause: { failures: 1 } });
    bus.emit('job:run');
    expect(heard.mock.calls[0]![0]).toMatchObject({ error: boom });
    expect(bus.history.last('system:subscription_paused')?.data).toMatchObject({ error: undefined });
  });
});

describe('Whatever fails and succeeds, and however time passes', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('emit' as const), fails: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15 }) }),
    fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const) }),
  );

  it('a handler is called when it is not paused, or on trial', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, failures) => {
          const { bus, subscription, state, handler } = paused({ failures, resumeAfter: 10 });
          // The model: in a row, until when it is paused (Infinity: by hand), and the time.
          let inARow = 0;
          let until = 0;
          let now = 0;
          let calls = 0;
          for (const each of steps) {
            if (each.do === 'emit') {
              state.fails = each.fails;
              if (now >= until) {
                calls++;
                inARow = each.fails ? inARow + 1 : 0;
                if (!each.fails) until = 0;
                else if (until > 0 || inARow >= failures) until = now + 10;
              }
              bus.emit('job:run');
            } else if (each.do === 'wait') {
              now += each.ms;
              await jest.advanceTimersByTimeAsync(each.ms);
            } else if (each.do === 'pause') {
              subscription.pause();
              inARow = 0;
              until = Infinity;
            } else if (subscription.resume()) {
              inARow = 0;
              until = 0;
            }
            expect(subscription.paused).toBe(until > 0);
            expect(subscription.toJSON().failuresInARow).toBe(inARow);
          }
          expect(handler).toHaveBeenCalledTimes(calls);
          await bus.close();
        },
      ),
      { numRuns: 150 },
    );
  });
});
