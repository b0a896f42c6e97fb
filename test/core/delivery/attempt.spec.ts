import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HandlerContext, RootEventBusOptions } from 'nestjs-event-bus/core';
import { BusClosedError, HandlerTimeoutError } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  faults = collectProcessFaults();
});
afterEach(() => {
  faults.stop();
  jest.useRealTimers();
});

type Late = ReturnType<typeof controlledPromise<void>>;

/** A bus with a handler of `job:run` that takes at most 50 ms, and what it was given. */
function limited(handler: (context: HandlerContext) => unknown, options?: RootEventBusOptions) {
  const recorded = recordedBus(options);
  const subscription = recorded.bus.on('job:run', (_data, _event, context) => handler(context), {
    timeout: 50,
  });
  return { ...recorded, subscription };
}

describe('A handler with a timeout', () => {
  it('that takes longer fails with an error that names it, the topic and the time', async () => {
    const { bus, told, subscription } = limited(() => new Promise(() => {}));
    const emitted = bus.emitAsync('job:run');
    await jest.advanceTimersByTimeAsync(49);
    expect(told.failed).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    const [failure] = (await emitted).failures;
    expect(failure).toMatchObject({ subscriptionId: subscription.id, phase: 'handler', attempts: 1 });
    expect(failure!.error).toBeInstanceOf(HandlerTimeoutError);
    expect(failure!.error).toMatchObject({
      code: 'EVENT_BUS_HANDLER_TIMEOUT',
      handler: '(anonymous)',
      topic: 'job:run',
      timeout: 50,
    });
    expect(subscription).toMatchObject({ delivered: 1, failed: 1 });
    expect(bus.inspect()).toMatchObject({ tasks: [], counters: { failed: 1 } });
  });

  it('is told by its signal when the time is up, with the same error', async () => {
    const aborted = jest.fn();
    const { bus, told } = limited(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted(signal.reason);
    });
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(50);
    expect(aborted.mock.calls).toEqual([[told.failed[0]!.error]]);
  });

  it('learns of it also if it looks at its signal only later', async () => {
    let context!: HandlerContext;
    const { bus, told } = limited((given) => {
      context = given;
      return new Promise(() => {});
    });
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(50);
    expect(context.signal).toMatchObject({ aborted: true, reason: told.failed[0]!.error });
  });

  it.each([
    ['resolves', (late: Late) => late.resolve()],
    ['rejects', (late: Late) => late.reject(new Error('late'))],
  ])('that %s too late has failed once, and nothing is unhandled', async (_how, end) => {
    const late = controlledPromise();
    const delivered = jest.fn();
    const { bus, told } = limited(() => late.promise);
    bus.observe({ delivered });
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(50);
    end(late);
    expect(await faults.settled()).toEqual([]);
    expect(told.failed.map(({ error }) => error)).toEqual([expect.any(HandlerTimeoutError)]);
    expect(delivered).not.toHaveBeenCalled();
  });

  it('that is done in time succeeds, and leaves no timer and no listener', async () => {
    const { bus } = limited(async ({ signal }) => {
      await Promise.resolve();
      return signal.aborted;
    });
    bus.on('job:run', () => 'sync', { timeout: 50 });
    const { results } = await bus.emitAsync('job:run');
    expect(results).toEqual([false, 'sync']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that fails in time fails with its own error, and leaves no timer', async () => {
    const { bus } = limited(() => Promise.reject(new Error('own')));
    const { failures } = await bus.emitAsync('job:run');
    expect(failures).toMatchObject([{ error: new Error('own'), attempts: 1 }]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('of Infinity has as long as it takes, whatever the default of the bus', async () => {
    const { bus, told } = recordedBus({ delivery: { timeout: 10 } });
    const work = controlledPromise();
    bus.on('job:run', () => work.promise, { timeout: Infinity });
    bus.on('job:run', () => new Promise(() => {}));
    bus.emit('job:run');
    await jest.advanceTimersByTimeAsync(100_000);
    expect(told.failed).toMatchObject([{ error: { timeout: 10 } }]);
    expect(bus.inspect().tasks).toHaveLength(1);
    work.resolve();
    await bus.idle();
  });

  it('returns a thenable: its `then` is called once', async () => {
    const then = jest.fn((resolve: (value: number) => void) => resolve(5));
    // oxlint-disable-next-line unicorn/no-thenable -- what this is about
    const { bus } = limited(() => ({ then }));
    expect((await bus.emitAsync('job:run')).results).toEqual([5]);
    expect(then).toHaveBeenCalledTimes(1);
  });

  it('is aborted by a bus that closes, which keeps no timer for it', async () => {
    const reasons: unknown[] = [];
    const { bus } = limited(
      ({ signal }) => new Promise(() => signal.addEventListener('abort', () => reasons.push(signal.reason))),
      { closeTimeout: 10 },
    );
    const subscription = bus.on('job:run', () => new Promise(() => {}), { timeout: 60_000 });
    bus.emit('job:run');
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(10);
    expect((await closed).aborted).toEqual(['(anonymous)', subscription.label]);
    expect(reasons).toEqual([expect.any(BusClosedError)]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that begins after the bus could wait no longer has an aborted signal from the start', async () => {
    const first = controlledPromise();
    const signals: AbortSignal[] = [];
    const { bus } = recordedBus({ closeTimeout: 10 });
    bus.on('job:run', () => first.promise);
    bus.on('job:run', (_data, _event, { signal }) => void signals.push(signal), { timeout: 50 });
    const emitted = bus.emitAsync('job:run');
    const closed = bus.close();
    await jest.advanceTimersByTimeAsync(10);
    await closed;
    first.resolve();
    await emitted;
    expect(signals).toMatchObject([{ aborted: true, reason: expect.any(BusClosedError) }]);
  });
});
