import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HandlerContext } from 'nestjs-event-bus/core';
import { BusClosedError, IdleTimeoutError, RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('idle', () => {
  it('resolves when no async handler, awaited emit, hold or task is in flight, and what they started neither', async () => {
    const { bus } = recordedBus();
    const work = [
      controlledPromise(),
      controlledPromise(),
      controlledPromise(),
      controlledPromise(),
      controlledPromise(),
    ];
    bus.on('job:run', () => work[0]!.promise);
    bus.on('job:awaited', () => work[1]!.promise);
    bus.on('job:follows', () => work[4]!.promise);
    bus.emit('job:run');
    void bus.emitAsync('job:awaited');
    void bus.hold(() => work[2]!.promise);
    bus.track('report', async () => {
      await work[3]!.promise;
      bus.emit('job:follows');
    });
    let idle = false;
    void bus.idle().then(() => (idle = true));
    for (const { resolve } of work) {
      await jest.advanceTimersByTimeAsync(1000);
      expect(idle).toBe(false);
      resolve();
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(idle).toBe(true);
    expect(bus.inspect().tasks).toEqual([]);
  });

  it('rejects after its timeout and names what still runs', async () => {
    const { bus } = recordedBus();
    bus.on('mail:send', function sendMail() {
      return new Promise(() => {});
    });
    bus.emit('mail:send');
    bus.track('report', () => new Promise(() => {}));
    for (const timeout of [50, 0]) {
      const error = bus.idle({ timeout }).catch((reason: unknown) => reason);
      await jest.advanceTimersByTimeAsync(timeout);
      expect(await error).toBeInstanceOf(IdleTimeoutError);
      expect(await error).toMatchObject({ timeout, tasks: ['sendMail', 'report'] });
    }
    expect(jest.getTimerCount()).toBe(0);
  });

  it('resolves at once, and leaves no timer, when nothing is in flight', async () => {
    const { bus } = recordedBus();
    await bus.idle();
    await bus.idle({ timeout: 1000 });
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('close', () => {
  it('delivers first what was accepted, and what follows from it', async () => {
    const { bus } = recordedBus();
    const log: string[] = [];
    bus.on('step:a', async () => {
      await Promise.resolve();
      log.push('a');
      bus.emit('step:b');
    });
    bus.on('step:b', async () => {
      await Promise.resolve();
      log.push('b');
    });
    bus.emit('step:a');
    expect(await bus.close()).toEqual({ drained: 2, aborted: [], dropped: 0, refused: 0 });
    expect(log).toEqual(['a', 'b']);
  });

  it('is one promise however often it is asked for', async () => {
    const bus = new RootEventBus();
    const first = bus.close();
    expect(bus.close({ timeout: 5 })).toBe(first);
    expect(bus[Symbol.asyncDispose]()).toBe(first);
    await first;
    expect(bus.close()).toBe(first);
  });

  it('is final: a later event is dropped, counted and told, and nothing is thrown', async () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    await bus.close();
    const event = bus.emit('job:run', 1);
    const report = await bus.emitAsync('job:run', 2);
    bus.scope('tenant').emit('job:run', 3);
    expect(event).toMatchObject({ topic: 'job:run', data: 1 });
    expect(report).toMatchObject({ dropped: 'closed', delivered: 0 });
    expect(handler).not.toHaveBeenCalled();
    expect(told.dropped.map(({ reason }) => reason)).toEqual(['closed', 'closed', 'closed']);
    expect(bus.inspect()).toMatchObject({ state: 'closed', counters: { dropped: 3, emitted: 0 } });
    expect(bus.history.recent()).toEqual([]);
  });

  it('ends every subscription; one that is made later never begins, which a warning says', async () => {
    const { bus, told } = recordedBus();
    const before = [bus.on('job:run', () => {}), bus.scope('tenant').on('job:run', () => {})];
    await bus.close();
    expect(before.map(({ active }) => active)).toEqual([false, false]);
    const late = bus.on('job:run', () => {});
    expect([late.active, late.unsubscribe()]).toEqual([false, false]);
    expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_CLOSED']);
    expect(bus.inspect()).toMatchObject({ subscriptions: [], scopes: [] });
  });

  it('aborts after its timeout what has not ended, names it, and says so in a warning', async () => {
    const { bus, told } = recordedBus();
    const reasons: unknown[] = [];
    bus.on('mail:send', function sendMail(_data: unknown, _event: unknown, context: HandlerContext) {
      context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
      return new Promise(() => {});
    });
    bus.emit('mail:send');
    bus.track('report', (signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise(() => {});
    });
    const closed = bus.close({ timeout: 100 });
    await jest.advanceTimersByTimeAsync(99);
    expect(reasons).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await closed).toEqual({ drained: 0, aborted: ['sendMail', 'report'], dropped: 0, refused: 0 });
    expect(reasons).toEqual([expect.any(BusClosedError), expect.any(BusClosedError)]);
    expect(told.warned).toEqual([
      { code: 'EVENT_BUS_ABORTED', message: expect.stringContaining('sendMail, report') },
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits for 10 seconds, unless told otherwise', async () => {
    for (const [options, timeout] of [
      [{}, 10_000],
      [{ closeTimeout: 700 }, 700],
    ] as const) {
      const { bus } = recordedBus(options);
      bus.track('report', () => new Promise(() => {}));
      let closed = false;
      void bus.close().then(() => (closed = true));
      await jest.advanceTimersByTimeAsync(timeout - 1);
      expect(closed).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(closed).toBe(true);
    }
  });

  it('keeps the door open for half of its time, so that an app that never ceases can’t delay the end', async () => {
    const { bus, told } = recordedBus();
    const heard: number[] = [];
    bus.on('tick:tock', (n: number) => void heard.push(n));
    bus.track('requests without end', () => new Promise(() => {}));
    let n = 0;
    const requests = setInterval(() => bus.emit('tick:tock', ++n), 100);
    const closed = bus.close({ timeout: 1000 });
    await jest.advanceTimersByTimeAsync(1000);
    clearInterval(requests);
    expect((await closed).aborted).toEqual(['requests without end']);
    expect(heard).toEqual([1, 2, 3, 4, 5].slice(0, heard.length));
    expect(heard.length).toBeGreaterThanOrEqual(4);
    expect(told.dropped.length).toBeGreaterThanOrEqual(4);
    expect((await closed).dropped).toBeGreaterThanOrEqual(4);
  });

  it('lets a handler that is at work finish, and be counted, after the door closed', async () => {
    const { bus } = recordedBus();
    let finished = false;
    bus.on('job:run', async () => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      finished = true;
    });
    bus.emit('job:run');
    const closed = bus.close({ timeout: 1000 });
    await jest.advanceTimersByTimeAsync(800);
    expect(await closed).toEqual({ drained: 1, aborted: [], dropped: 0, refused: 0 });
    expect(finished).toBe(true);
  });

  it('with a timeout of 0 waits for nothing, and still delivers what is synchronous', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    bus.on('job:run', () => new Promise(() => {}));
    bus.emit('job:run');
    const closed = bus.close({ timeout: 0 });
    await jest.runAllTimersAsync();
    expect((await closed).aborted).toHaveLength(1);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('of a bus that was used by nobody is done at once', async () => {
    expect(await new RootEventBus().close()).toEqual({ drained: 0, aborted: [], dropped: 0, refused: 0 });
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('drain', () => {
  it('waits until nothing is in flight, accepts events throughout, and takes its time from close', async () => {
    const { bus } = recordedBus({ closeTimeout: 1000 });
    const handler = jest.fn();
    bus.on('job:run', handler);
    bus.track('report', () => new Promise(() => {}));
    const drained = bus.drain();
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(500);
    expect(await drained).toBe(false);
    bus.emit('job:run');
    expect(handler).toHaveBeenCalledTimes(2);
    let closed = false;
    void bus.close().then(() => (closed = true));
    await jest.advanceTimersByTimeAsync(499);
    expect(closed).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toBe(true);
  });

  it('takes half of what is left of the time, each time, so that close has some', async () => {
    const { bus } = recordedBus({ closeTimeout: 1000 });
    bus.track('report', () => new Promise(() => {}));
    for (const ms of [500, 250, 125]) {
      let drained: boolean | undefined;
      void bus.drain().then((outcome) => (drained = outcome));
      await jest.advanceTimersByTimeAsync(ms - 1);
      expect(drained).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      expect(drained).toBe(false);
    }
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(125);
    expect(await closed).toMatchObject({ aborted: ['report'] });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is one for all who ask while it waits, and its time counts once', async () => {
    const { bus } = recordedBus({ closeTimeout: 1000 });
    bus.track('report', () => new Promise(() => {}));
    const drained = Promise.all([bus.drain(), bus.drain(), bus.drain({ timeout: 900 })]);
    await jest.advanceTimersByTimeAsync(500);
    expect(await drained).toEqual([false, false, false]);
    let closed = false;
    void bus.close().then(() => (closed = true));
    await jest.advanceTimersByTimeAsync(499);
    expect(closed).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toBe(true);
  });

  it('counts in the report of close, with what ends between the two', async () => {
    const { bus } = recordedBus();
    await bus.track('before', Promise.resolve()).finished;
    const [first, second, third] = [controlledPromise(), controlledPromise(), controlledPromise()];
    bus.track('first', first.promise);
    const drained = bus.drain();
    first.resolve();
    await drained;
    bus.track('second', second.promise);
    second.resolve();
    await bus.idle();
    bus.track('third', third.promise);
    const closed = bus.close();
    third.resolve();
    expect(await closed).toEqual({ drained: 3, aborted: [], dropped: 0, refused: 0 });
  });

  it('answers true as soon as nothing is in flight', async () => {
    const { bus } = recordedBus();
    const work = controlledPromise();
    bus.track('report', work.promise);
    const drained = bus.drain();
    work.resolve();
    expect(await drained).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
