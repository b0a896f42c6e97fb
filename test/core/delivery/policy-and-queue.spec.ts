import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};

describe('A queue in front of retries', () => {
  it('keeps the order: the next event waits until the last attempt of the one before', async () => {
    const { bus } = recordedBus();
    const calls: string[] = [];
    bus.on(
      'job:run',
      (n: number, _event, { attempt }) => {
        calls.push(`${n}.${attempt}`);
        if (attempt < 3 && n % 2 === 1) throw boom;
      },
      { queue: true, retry: { backoff: 10 } },
    );
    for (let n = 1; n <= 3; n++) bus.emit('job:run', n);
    await jest.runAllTimersAsync();
    await bus.idle();
    expect(calls).toEqual(['1.1', '1.2', '1.3', '2.1', '3.1', '3.2', '3.3']);
  });

  it('goes on after a delivery that timed out or failed for good, which is a dead letter', async () => {
    const { bus } = recordedBus();
    const handled: number[] = [];
    bus.on(
      'job:run',
      (n: number) => {
        if (n === 1) return new Promise(() => {});
        if (n === 2) return fail();
        return handled.push(n);
      },
      { queue: true, timeout: 50, retry: { attempts: 2, backoff: 1 } },
    );
    for (let n = 1; n <= 3; n++) bus.emit('job:run', n);
    await jest.runAllTimersAsync();
    await bus.idle();
    expect(handled).toEqual([3]);
    expect(bus.deadLetters.list()).toMatchObject([
      { event: { data: 1 }, attempts: 2, error: { timeout: 50 } },
      { event: { data: 2 }, attempts: 2, error: boom },
    ]);
  });

  it('is passed by a redelivery', async () => {
    const { bus } = recordedBus();
    const block = controlledPromise();
    const handled: number[] = [];
    const state = { fails: true };
    bus.on(
      'job:run',
      (n: number) => {
        if (n === 1 && state.fails) throw boom;
        handled.push(n);
        return n === 2 ? block.promise : undefined;
      },
      { queue: true },
    );
    for (let n = 1; n <= 3; n++) bus.emit('job:run', n);
    await jest.advanceTimersByTimeAsync(0);
    state.fails = false;
    await bus.deadLetters.redeliver(bus.deadLetters.list()[0]!.id);
    expect(handled).toEqual([2, 1]);
    block.resolve();
    await bus.idle();
    expect(handled).toEqual([2, 1, 3]);
  });
});

describe('A queue in front of a handler that is paused', () => {
  it('holds what comes, lets one through on trial, and the rest when that succeeds', async () => {
    const { bus } = recordedBus();
    const trial = controlledPromise();
    const calls: number[] = [];
    const subscription = bus.on(
      'job:run',
      (n: number) => {
        calls.push(n);
        if (n < 2) throw boom;
        return n === 2 ? trial.promise : undefined;
      },
      { queue: { concurrency: 3 }, pause: { failures: 2, resumeAfter: 500 } },
    );
    for (let n = 0; n < 6; n++) bus.emit('job:run', n);
    await jest.advanceTimersByTimeAsync(499);
    expect(calls).toEqual([0, 1]);
    expect(subscription).toMatchObject({ paused: true, skipped: 0 });
    expect(subscription.toJSON().queue).toMatchObject({ waiting: 4 });
    await jest.advanceTimersByTimeAsync(1);
    expect(calls).toEqual([0, 1, 2]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(calls).toEqual([0, 1, 2]);
    trial.resolve();
    await bus.idle();
    expect(calls).toEqual([0, 1, 2, 3, 4, 5]);
    expect(subscription.paused).toBe(false);
  });

  it('gives one event to each trial that fails', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn(fail);
    bus.on('job:run', handler, { queue: true, pause: { failures: 1, resumeAfter: 100 } });
    for (let n = 0; n < 4; n++) bus.emit('job:run', n);
    for (let trial = 1; trial <= 4; trial++) {
      await jest.advanceTimersByTimeAsync(trial === 1 ? 0 : 100);
      expect(handler).toHaveBeenCalledTimes(trial);
    }
    expect(bus.deadLetters.size).toBe(4);
  });

  it('is emptied by resume', async () => {
    const { bus } = recordedBus();
    const state = { fails: true };
    const handler = jest.fn((_n: number) => {
      if (state.fails) fail();
    });
    const subscription = bus.on('job:run', handler, {
      queue: true,
      pause: { failures: 1, resumeAfter: Infinity },
    });
    for (let n = 0; n < 4; n++) bus.emit('job:run', n);
    await jest.advanceTimersByTimeAsync(0);
    expect(handler).toHaveBeenCalledTimes(1);
    state.fails = false;
    subscription.resume();
    await bus.idle();
    expect(handler.mock.calls.map(([n]) => n)).toEqual([0, 1, 2, 3]);
  });

  it('that hears of pauses does not go round for ever', async () => {
    const { bus, told } = recordedBus();
    bus.on('system:subscription_paused', fail, { queue: true, pause: { failures: 1, resumeAfter: 10 } });
    bus.on('job:run', fail, { pause: { failures: 1, resumeAfter: Infinity } });
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told.emitted.filter(({ topic }) => topic === 'system:subscription_paused')).toHaveLength(1);
  });
});
