import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { BusEvent, RootEventBusOptions } from 'nestjs-event-bus/core';
import {
  BusClosedError,
  DeadLetters,
  InvalidOptionError,
  RootEventBus,
  SubscriptionEndedError,
} from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

afterEach(() => void jest.useRealTimers());

const boom = new Error('boom');

/** A bus with a handler of `job:*` that fails while `state.fails`. */
function failing(options?: RootEventBusOptions) {
  const recorded = recordedBus(options);
  const state: { fails: unknown } = { fails: boom };
  const handler = jest.fn((data: unknown, _event: BusEvent) => {
    if (state.fails !== undefined) throw state.fails;
    return data;
  });
  Object.defineProperty(handler, 'name', { value: 'run' });
  const subscription = recorded.bus.on('job:*', handler);
  const { deadLetters } = recorded.bus;
  return { ...recorded, state, handler, subscription, deadLetters };
}

const fail = (): never => {
  throw boom;
};

const firstId = (letters: DeadLetters): string => letters.list()[0]!.id;

const topics = (bus: RootEventBus): string[] => bus.deadLetters.list().map(({ event }) => event.topic);

/** A redelivery whose handler is at work. */
async function underWay() {
  const { bus } = recordedBus();
  const work = controlledPromise();
  const handler = jest.fn<() => unknown>().mockImplementationOnce(fail).mockReturnValue(work.promise);
  bus.on('job:run', handler);
  await bus.emitAsync('job:run');
  const id = firstId(bus.deadLetters);
  return { bus, work, id, redelivered: bus.deadLetters.redeliver(id) };
}

describe('A dead letter', () => {
  it('is what failed for good: event, subscription, error, attempts and time', () => {
    jest.useFakeTimers({ now: 5_000 });
    const { bus, deadLetters, subscription, told } = failing();
    expect(deadLetters).toBeInstanceOf(DeadLetters);
    expect(bus.deadLetters).toBe(deadLetters);
    const event = bus.emit('job:run', { id: 1 });
    expect(deadLetters.list()).toEqual([
      {
        id: told.failed[0]!.deadLetter,
        event,
        subscription: 'run',
        subscriptionId: subscription.id,
        error: boom,
        attempts: 1,
        failedAt: 5_000,
      },
    ]);
    expect(deadLetters.list()[0]!.event).toBe(event);
    expect(bus.inspect().deadLetters).toEqual({ size: 1, capacity: 1_000 });
  });

  it('is written for each handler that failed, with an id of its own', () => {
    const { bus } = recordedBus();
    for (let n = 0; n < 3; n++)
      bus.on('job:run', () => {
        throw boom;
      });
    bus.emit('job:run');
    expect(new Set(bus.deadLetters.list().map(({ id }) => id)).size).toBe(3);
  });

  it('is written neither of a filter nor of a handler of failures', () => {
    const { bus, told } = recordedBus();
    bus.on('job:run', () => {}, { filter: fail });
    bus.on('system:handler_failed', fail);
    bus.emit('job:run');
    expect(told.failed.map(({ phase, attempts, deadLetter }) => ({ phase, attempts, deadLetter }))).toEqual([
      { phase: 'filter', attempts: 0, deadLetter: undefined },
      { phase: 'handler', attempts: 1, deadLetter: undefined },
    ]);
    expect(bus.deadLetters.size).toBe(0);
  });

  it('of a weak subscription does not keep its handler alive', async () => {
    const { bus } = recordedBus();
    let handler: WeakRef<() => void> | undefined;
    (() => {
      const strong = (): never => {
        throw boom;
      };
      handler = new WeakRef(strong);
      bus.on('job:run', strong, { weak: true });
      bus.emit('job:run');
    })();
    for (let turn = 0; turn < 100 && handler.deref() !== undefined; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc!();
    }
    expect(handler.deref()).toBeUndefined();
    const [letter] = bus.deadLetters.list();
    await expect(bus.deadLetters.redeliver(letter!.id)).rejects.toBeInstanceOf(SubscriptionEndedError);
  });

  it('of a sensitive event shows that it happened, and is redelivered with its data', async () => {
    const { bus, state, handler, deadLetters } = failing({ sensitive: ['job:secret'] });
    state.fails = new Error('hunter2 is no good');
    bus.emit('job:secret', 'hunter2', { metadata: { pass: 'hunter2' } });
    expect(JSON.stringify(deadLetters.list())).not.toContain('hunter2');
    expect(deadLetters.list()).toMatchObject([
      { event: { topic: 'job:secret', data: undefined }, error: undefined },
    ]);
    state.fails = undefined;
    await deadLetters.redeliver(deadLetters.list()[0]!.id);
    expect(handler).toHaveBeenLastCalledWith('hunter2', expect.anything());
  });
});

describe('The list of dead letters', () => {
  it('is bounded: the newest are kept, the oldest first', () => {
    const { bus, deadLetters } = failing({ deadLetters: { capacity: 3 } });
    for (let n = 0; n < 10; n++) {
      bus.emit(`job:n${n}`);
      if (n === 4) deadLetters.discard(deadLetters.list()[1]!.id); // 3
    }
    expect(topics(bus)).toEqual(['job:n7', 'job:n8', 'job:n9']);
    expect([deadLetters.size, deadLetters.capacity]).toEqual([3, 3]);
    for (const { id } of deadLetters.list()) deadLetters.discard(id);
    for (let n = 0; n < 5; n++) bus.emit(`job:m${n}`);
    expect(topics(bus)).toEqual(['job:m2', 'job:m3', 'job:m4']);
  });

  it('of capacity 0 keeps none', () => {
    const { bus, told } = failing({ deadLetters: { capacity: 0 } });
    bus.emit('job:run');
    expect(bus.deadLetters.list()).toEqual([]);
    expect(told.failed[0]!.deadLetter).toBeUndefined();
  });

  it('can be asked for a pattern, and for a few', () => {
    const { bus, deadLetters } = failing();
    for (const topic of ['job:a', 'job:b', 'job:a', 'job:a']) bus.emit(topic);
    expect(deadLetters.list({ pattern: 'job:b' })).toHaveLength(1);
    expect(deadLetters.list({ pattern: 'job:a', limit: 2 })).toEqual(
      deadLetters.list({ pattern: 'job:a' }).slice(0, 2),
    );
    expect(deadLetters.list({ limit: 0 })).toEqual([]);
    expect(() => deadLetters.list({ max: 1 } as never)).toThrow(InvalidOptionError);
    expect(() => deadLetters.list({ pattern: 'job:r*' })).toThrow('not a pattern');
  });

  it('is a copy: what is done to it changes nothing', () => {
    const { bus, deadLetters } = failing();
    bus.emit('job:run');
    const list = deadLetters.list();
    list.length = 0;
    expect(deadLetters.size).toBe(1);
  });

  it('loses what is discarded', () => {
    const { bus, deadLetters } = failing();
    bus.emit('job:run');
    const id = firstId(deadLetters);
    expect([deadLetters.discard(id), deadLetters.discard(id), deadLetters.discard('none')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(deadLetters.list()).toEqual([]);
  });
});

describe('Redelivering', () => {
  it('calls the handler that failed, and no other, and the letter is gone', async () => {
    const { bus, state, handler, deadLetters, subscription } = failing();
    const other = jest.fn();
    bus.on('job:*', other);
    const event = bus.emit('job:run', 5);
    state.fails = undefined;
    const report = await deadLetters.redeliver(deadLetters.list()[0]!.id);
    expect(report).toMatchObject({ event, delivered: 1, failures: [], results: [5] });
    expect(handler.mock.calls).toEqual([
      [5, event],
      [5, event],
    ]);
    expect(other).toHaveBeenCalledTimes(1);
    expect(deadLetters.size).toBe(0);
    expect(subscription).toMatchObject({ delivered: 2, failed: 1 });
  });

  it('that fails again counts the attempts, and is told as any failure', async () => {
    jest.useFakeTimers({ now: 1_000, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { bus, state, deadLetters, told, subscription } = failing();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    bus.emit('job:a');
    bus.emit('job:b');
    const { id } = deadLetters.list()[0]!;
    jest.setSystemTime(2_000);
    state.fails = 'again';
    const report = await deadLetters.redeliver(id);
    expect(() => report!.throwIfFailed()).toThrow('A handler of "job:a" failed');
    expect(report!.failures).toMatchObject([
      { error: 'again', attempts: 1, deadLetter: id, handler: subscription.label },
    ]);
    expect(told.failed.at(-1)).toMatchObject({ error: 'again', attempts: 1, deadLetter: id, subscription });
    expect(announced).toHaveBeenCalledTimes(3);
    expect(bus.inspect().counters).toMatchObject({ delivered: 3 + announced.mock.calls.length, failed: 3 });
    expect(deadLetters.list()).toMatchObject([
      { event: { topic: 'job:b' }, attempts: 1, failedAt: 1_000 },
      { event: { topic: 'job:a' }, attempts: 2, failedAt: 2_000, error: 'again', id },
    ]);
  });

  it('has the timeout and the retries of its handler', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { bus } = recordedBus();
    const handler = jest.fn(() => new Promise(() => {}));
    bus.on('job:run', handler, { timeout: 50, retry: { attempts: 2, backoff: 10 } });
    bus.emit('job:run');
    await jest.runAllTimersAsync();
    const id = firstId(bus.deadLetters);
    const redelivered = bus.deadLetters.redeliver(id);
    await jest.runAllTimersAsync();
    expect((await redelivered)?.failures).toMatchObject([{ attempts: 2, error: { timeout: 50 } }]);
    expect(handler).toHaveBeenCalledTimes(4);
    expect(bus.deadLetters.list()).toMatchObject([{ attempts: 4 }]);
  });

  it('goes past a pause, whichever it is, and does not count for it', async () => {
    const { bus, told } = recordedBus();
    const state = { fails: true };
    const subscription = bus.on(
      'job:run',
      () => {
        if (state.fails) throw boom;
      },
      { pause: { failures: 1, resumeAfter: Infinity } },
    );
    bus.emit('job:run');
    const id = firstId(bus.deadLetters);
    await bus.deadLetters.redeliver(id);
    expect(subscription.toJSON()).toMatchObject({ pausedBy: 'failures', failuresInARow: 1 });
    subscription.pause();
    state.fails = false;
    await bus.deadLetters.redeliver(id);
    expect(bus.deadLetters.size).toBe(0);
    expect(subscription.paused).toBe(true);
    expect(told.paused).toHaveLength(1);
  });

  it('goes past the filter, and reaches a subscription that was for one event', async () => {
    const { bus } = recordedBus();
    const state = { fails: true, passes: true };
    const handler = jest.fn((n: number) => {
      if (state.fails) throw boom;
      return n;
    });
    bus.once('job:run', handler, { filter: () => state.passes });
    bus.emit('job:run', 7);
    state.fails = state.passes = false;
    const report = await bus.deadLetters.redeliver(bus.deadLetters.list()[0]!.id);
    expect(report?.results).toEqual([7]);
    bus.emit('job:run', 8);
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('of what is unknown answers undefined', async () => {
    const { deadLetters } = failing();
    expect(await deadLetters.redeliver('letter-0')).toBeUndefined();
  });

  it('twice at once is one delivery', async () => {
    const { bus } = recordedBus();
    const work = controlledPromise();
    const handler = jest.fn<() => unknown>().mockImplementationOnce(fail).mockReturnValue(work.promise);
    bus.on('job:run', handler);
    await bus.emitAsync('job:run');
    const id = firstId(bus.deadLetters);
    const both = [bus.deadLetters.redeliver(id), bus.deadLetters.redeliver(id)];
    expect(bus.inspect().tasks).toMatchObject([{ name: 'mockConstructor' }]);
    work.resolve();
    const [one, other] = await Promise.all(both);
    expect(one).toBe(other);
    expect(handler).toHaveBeenCalledTimes(2);
    await bus.idle();
    expect(await bus.deadLetters.redeliver(id)).toBeUndefined();
  });

  it('from the announcement of its own failure is part of the delivery that is under way, and no loop', async () => {
    const { bus, handler } = failing();
    bus.on('system:handler_failed', ({ deadLetter }) => void bus.deadLetters.redeliver(deadLetter!));
    bus.emit('job:run');
    await bus.idle();
    expect(handler).toHaveBeenCalledTimes(2);
    expect(bus.deadLetters.list()).toMatchObject([{ attempts: 2 }]);
  });

  it('of what was discarded meanwhile brings nothing back', async () => {
    const { bus, work, id, redelivered } = await underWay();
    bus.deadLetters.discard(id);
    work.reject(boom);
    await redelivered;
    expect(bus.deadLetters.size).toBe(0);
  });

  it('is waited for by a bus that closes; one that has closed refuses', async () => {
    const { bus, work, id, redelivered } = await underWay();
    const closed = bus.close();
    work.reject(boom);
    expect((await closed).aborted).toEqual([]);
    await redelivered;
    expect(bus.deadLetters.list()).toMatchObject([{ attempts: 2 }]);
    await expect(bus.deadLetters.redeliver(id)).rejects.toBeInstanceOf(BusClosedError);
    await expect(bus.deadLetters.redeliverAll()).rejects.toBeInstanceOf(BusClosedError);
  });
});

describe('Redelivering to a subscription that has ended', () => {
  const owner = { module: 'Jobs', class: 'Runner' };

  it.each([
    ['the one with its key', { key: 'run' }, () => {}],
    ['the one of its name', {}, { fail: () => {} }.fail],
  ])('reaches %s in its place', async (_which, options, next) => {
    const { bus } = recordedBus();
    const owned = bus.as(owner);
    const subscription = owned.on('job:run', fail, options);
    bus.emit('job:run', 5);
    subscription.unsubscribe();
    const handler = jest.fn(next);
    Object.defineProperty(handler, 'name', { value: next.name });
    bus.on('job:run', handler, options); // of another owner
    owned.on('job:*', handler, options); // of another pattern
    bus.as(owner).scope('tenant').on('job:run', handler, options); // in another scope
    const id = firstId(bus.deadLetters);
    await expect(bus.deadLetters.redeliver(id)).rejects.toBeInstanceOf(SubscriptionEndedError);
    owned.on('job:run', handler, options);
    expect(await bus.deadLetters.redeliver(id)).toMatchObject({ delivered: 1, failures: [] });
    expect(handler.mock.calls).toMatchObject([[5, { topic: 'job:run' }]]);
    expect(bus.deadLetters.size).toBe(0);
  });

  it('is refused where there is none, which needs nobody to handle it; the letter stays', async () => {
    const faults = collectProcessFaults();
    const { bus, deadLetters, subscription } = failing();
    bus.emit('job:run');
    subscription.unsubscribe();
    const id = firstId(deadLetters);
    void deadLetters.redeliver(id);
    expect(await faults.settled()).toEqual([]);
    await expect(deadLetters.redeliver(id)).rejects.toMatchObject({
      code: 'EVENT_BUS_SUBSCRIPTION_ENDED',
      handler: 'run',
      value: id,
    });
    expect(deadLetters.size).toBe(1);
    expect(bus.inspect().tasks).toEqual([]);
    expect(await faults.settled()).toEqual([]);
    faults.stop();
  });
});

describe('Redelivering all', () => {
  it('goes one after another, the oldest first, and says what came of it', async () => {
    const { bus, state, deadLetters } = failing();
    const ended = bus.on('job:c', () => {
      throw boom;
    });
    for (const topic of ['job:a', 'job:b', 'job:c', 'other:a', 'job:d']) bus.emit(topic);
    ended.unsubscribe();
    state.fails = undefined;
    const running: string[] = [];
    bus.observe({
      delivered: ({ topic }) => {
        running.push(topic);
        if (topic === 'job:c') state.fails = boom;
      },
    });
    expect(await deadLetters.redeliverAll('job:*')).toEqual({ redelivered: 3, failed: 1, orphaned: 1 });
    expect(running).toEqual(['job:a', 'job:b', 'job:c']);
    expect(topics(bus)).toEqual(['job:c', 'job:d']);
  });

  it('passes over what is discarded meanwhile', async () => {
    const { bus, state, deadLetters } = failing();
    for (const topic of ['job:a', 'job:b', 'job:c']) bus.emit(topic);
    const [, second] = deadLetters.list();
    state.fails = undefined;
    bus.observe({ delivered: ({ topic }) => void (topic === 'job:a' && deadLetters.discard(second!.id)) });
    expect(await deadLetters.redeliverAll()).toEqual({ redelivered: 2, failed: 0, orphaned: 0 });
    expect(deadLetters.size).toBe(0);
  });

  it('is about those that are there at the call', async () => {
    const { bus, handler, deadLetters } = failing();
    bus.emit('job:a');
    bus.on('system:handler_failed', ({ topic }) => {
      if (topic === 'job:a') bus.emit('job:b');
    });
    expect(await deadLetters.redeliverAll()).toEqual({ redelivered: 0, failed: 1, orphaned: 0 });
    expect(handler).toHaveBeenCalledTimes(3);
    expect(deadLetters.size).toBe(2);
  });

  it('after the cure empties the list, of exactly what was poisoned', async () => {
    const { bus } = recordedBus({ deadLetters: { capacity: 10_000 } });
    const state = { cured: false };
    const handled = new Map<number, number>();
    bus.on('job:run', async (n: number) => {
      await Promise.resolve();
      if (n % 100 === 0 && !state.cured) throw boom;
      handled.set(n, (handled.get(n) ?? 0) + 1);
    });
    for (let n = 0; n < 10_000; n++) bus.emit('job:run', n);
    await bus.idle();
    expect(bus.deadLetters.list().map(({ event }) => event.data)).toEqual(
      Array.from({ length: 100 }, (_, n) => n * 100),
    );
    state.cured = true;
    expect(await bus.deadLetters.redeliverAll()).toEqual({ redelivered: 100, failed: 0, orphaned: 0 });
    expect(bus.deadLetters.size).toBe(0);
    expect(handled.size).toBe(10_000);
    expect([...handled.values()].every((times) => times === 1)).toBe(true);
  });
});
