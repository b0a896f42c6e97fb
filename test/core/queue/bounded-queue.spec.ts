import { getEventListeners } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { EmitReport, Overflow, RootEventBus, Subscription } from 'nestjs-event-bus/core';
import { HandlersFailedError, QueueFullError, RootEventBus as Bus } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A queue of two whose handler hears what it gets once it is resumed. */
function pausedQueue(bus: RootEventBus, overflow: Overflow) {
  const heard: unknown[] = [];
  const subscription = bus.on('job:run', (n) => void heard.push(n), { queue: { capacity: 2, overflow } });
  subscription.pause();
  return { subscription, heard };
}

function figures(subscription: Subscription): object {
  const { delivered, dropped, refused, queue } = subscription.toJSON();
  return { delivered, dropped, refused, waiting: queue?.waiting };
}

describe('A full queue', () => {
  it.each([
    ['drop-oldest', [4, 5], { dropped: 3, refused: 0 }, [1, 2, 3]],
    ['drop-newest', [1, 2], { dropped: 3, refused: 0 }, [3, 4, 5]],
    ['refuse', [1, 2], { dropped: 0, refused: 3 }, [3, 4, 5]],
    ['wait', [1, 2], { dropped: 0, refused: 3 }, [3, 4, 5]],
  ] as const)('with %s keeps %j of five events that are emitted', async (overflow, kept, counts, lost) => {
    const { bus, told } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, overflow);
    for (let n = 1; n <= 5; n++) bus.emit('job:run', n);
    expect(figures(subscription)).toEqual({ delivered: 0, ...counts, waiting: 2 });
    const fate = counts.dropped > 0 ? 'dropped' : 'refused';
    expect(told.overflowed).toMatchObject(lost.map((data, at) => ({ event: { data }, run: at + 1, fate })));
    subscription.resume();
    await bus.idle();
    expect(heard).toEqual(kept);
    expect(figures(subscription)).toEqual({ delivered: 2, ...counts, waiting: 0 });
    expect(bus.inspect().counters).toMatchObject({
      lost: counts.dropped,
      refused: counts.refused,
      dropped: 0,
    });
  });

  it('that refuses is a failure in the report of emitAsync, for its own subscriber alone', async () => {
    const { bus, told } = recordedBus();
    const { subscription } = pausedQueue(bus, 'refuse');
    const announced = jest.fn();
    const other = jest.fn(() => 'other');
    bus.on('job:run', other);
    bus.on('system:handler_failed', announced);
    const reports: EmitReport[] = [];
    for (let n = 1; n <= 3; n++) reports.push(await bus.emitAsync('job:run', n));
    expect(reports.map(({ queued, failures }) => [queued, failures.length])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const [failure] = reports[2]!.failures;
    expect(failure).toMatchObject({ event: { data: 3 }, subscriptionId: subscription.id, phase: 'queue' });
    expect(failure!.error).toBeInstanceOf(QueueFullError);
    expect(failure!.error).toMatchObject({ topic: 'job:run', capacity: 2 });
    expect(() => reports[2]!.throwIfFailed()).toThrow(HandlersFailedError);
    expect(reports[2]!.results).toEqual(['other']);
    expect(other).toHaveBeenCalledTimes(3);
    expect(announced).not.toHaveBeenCalled();
    expect([told.failed, subscription.failed, bus.inspect().counters.failed]).toEqual([[], 0, 0]);
  });

  it('that drops is none, and counts as queued where the newcomer went in', async () => {
    for (const [overflow, queued] of [
      ['drop-oldest', 1],
      ['drop-newest', 0],
    ] as const) {
      const { bus } = recordedBus();
      pausedQueue(bus, overflow);
      for (const n of [1, 2]) bus.emit('job:run', n);
      expect(await bus.emitAsync('job:run', 3)).toMatchObject({ queued, failures: [] });
    }
  });

  it('begins a run of losses, which ends when it has drained to half, and its number is told', async () => {
    const { bus, told } = recordedBus();
    const stream = bus.stream('job:run', { capacity: 4, overflow: 'drop-newest' });
    const emit = (times: number): void => {
      for (let n = 0; n < times; n++) bus.emit('job:run');
    };
    emit(7);
    await stream.next();
    emit(2);
    expect(told.overflowed.map(({ run }) => run)).toEqual([1, 2, 3, 4]);
    expect(told.relieved).toEqual([]);
    await stream.next();
    await stream.next();
    expect(told.relieved).toEqual([4]);
    emit(3);
    expect(told.overflowed.map(({ run }) => run)).toEqual([1, 2, 3, 4, 1]);
    await stream.return();
    expect(told.relieved).toEqual([4, 1]);
    expect(told.discarded).toEqual([{ label: 'stream', events: 4 }]);
  });

  it('of one event has a run that ends when it is empty', async () => {
    const { bus, told } = recordedBus();
    const stream = bus.stream('job:run', { capacity: 1 });
    for (let n = 0; n < 3; n++) bus.emit('job:run', n);
    await stream.next();
    expect(told.relieved).toEqual([2]);
  });

  it('warns once of each run where no observer is told', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bus = new Bus();
    const { subscription } = pausedQueue(bus, 'drop-oldest');
    for (const again of [1, 2]) {
      for (let n = 0; n < 5; n++) bus.emit('job:run', n);
      expect(warn).toHaveBeenCalledTimes(again);
      expect(warn.mock.lastCall).toEqual([
        expect.stringMatching(/^The queue of .* is full; "job:run" was dropped/),
        expect.objectContaining({ code: 'EVENT_BUS_QUEUE_FULL' }),
      ]);
      subscription.resume();
      await bus.idle();
      subscription.pause();
    }
    warn.mockRestore();
  });

  it('may be fed by an observer who is told of a loss', async () => {
    const { bus } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, 'drop-oldest');
    let left = 3;
    bus.observe({
      overflowed: () => {
        if (left-- > 0) bus.emit('job:run', `fed ${left}`);
      },
    });
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    expect(figures(subscription)).toEqual({ delivered: 0, dropped: 4, refused: 0, waiting: 2 });
    subscription.resume();
    await bus.idle();
    expect(heard).toEqual(['fed 1', 'fed 0']);
  });
});

describe('emitAsync into a full queue that waits', () => {
  it('resolves when there is room, in order of arrival, and counts as queued then', async () => {
    const { bus, told } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, 'wait');
    const order: number[] = [];
    const reports = [1, 2, 3, 4, 5].map((n) =>
      bus.emitAsync('job:run', n).then((report) => {
        order.push(n);
        return report.queued;
      }),
    );
    await settled();
    expect(order).toEqual([1, 2]);
    expect(subscription.toJSON().queue).toEqual({ capacity: 2, waiting: 5, blocked: 3, running: 0 });
    subscription.resume();
    expect(await Promise.all(reports)).toEqual([1, 1, 1, 1, 1]);
    expect(order).toEqual([1, 2, 3, 4, 5]);
    await bus.idle();
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect(figures(subscription)).toEqual({ delivered: 5, dropped: 0, refused: 0, waiting: 0 });
    expect(told.overflowed).toEqual([]);
  });

  it('lets nobody overtake it', async () => {
    const { bus } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    void bus.emitAsync('job:run', 3);
    bus.emit('job:run', 'refused');
    subscription.resume();
    await bus.idle();
    expect(heard).toEqual([1, 2, 3]);
    expect(subscription.refused).toBe(1);
  });

  it('waits last of all: every other subscriber has had the event', async () => {
    const { bus } = recordedBus();
    const first = pausedQueue(bus, 'wait');
    const log: string[] = [];
    bus.on('job:run', async () => {
      await Promise.resolve();
      log.push('async');
    });
    bus.on('job:run', () => void log.push('sync'));
    for (const n of [1, 2]) bus.emit('job:run', n);
    await bus.idle();
    log.length = 0;
    let report: EmitReport | undefined;
    const emitted = bus.emitAsync('job:run', 3).then((answer) => (report = answer));
    await settled();
    expect(log).toEqual(['async', 'sync']);
    expect(report).toBeUndefined();
    first.subscription.resume();
    await emitted;
    expect(report).toMatchObject({ delivered: 2, queued: 1 });
  });

  it('waits for room also when the handler behind the queue is async and the last', async () => {
    const bus = new Bus();
    const { subscription } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    bus.on('job:run', async () => 'done');
    let report: EmitReport | undefined;
    const emitted = bus.emitAsync('job:run', 3).then((outcome) => (report = outcome));
    await settled();
    expect(report).toBeUndefined();
    subscription.resume();
    await emitted;
    expect(report).toMatchObject({ delivered: 1, queued: 1, results: ['done'] });
  });

  it('waits for each of several full queues', async () => {
    const { bus } = recordedBus();
    const queues = [pausedQueue(bus, 'wait'), pausedQueue(bus, 'wait')];
    for (const n of [1, 2]) bus.emit('job:run', n);
    let queued: number | undefined;
    const emitted = bus.emitAsync('job:run', 3).then((report) => (queued = report.queued));
    queues[1]!.subscription.resume();
    await settled();
    expect(queued).toBeUndefined();
    queues[0]!.subscription.resume();
    expect(await emitted).toBe(2);
  });

  it('is given up when its signal is aborted: rejected, refused, and never delivered', async () => {
    const { bus, told } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    const controller = new AbortController();
    const given = bus.emitAsync('job:run', 3, { signal: controller.signal });
    const kept = bus.emitAsync('job:run', 4);
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(subscription.toJSON()).toMatchObject({ refused: 1, queue: { waiting: 3, blocked: 1 } });
    expect(told.overflowed).toMatchObject([{ event: { data: 3 }, fate: 'refused' }]);
    subscription.resume();
    await kept;
    await bus.idle();
    expect(heard).toEqual([1, 2, 4]);
    expect(figures(subscription)).toEqual({ delivered: 3, dropped: 0, refused: 1, waiting: 0 });
  });

  it('does not begin where an earlier handler has aborted its signal: the event is refused', async () => {
    const { bus } = recordedBus();
    const controller = new AbortController();
    const { subscription } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    bus.on('job:run', () => controller.abort(new Error('enough')), { priority: 1 });
    const { failures } = await bus.emitAsync('job:run', 3, { signal: controller.signal });
    expect(failures).toMatchObject([{ phase: 'queue' }]);
    expect(subscription.toJSON()).toMatchObject({ refused: 1, queue: { waiting: 2, blocked: 0 } });
  });

  it('leaves its signal alone once there was room', async () => {
    const { bus } = recordedBus();
    const { subscription } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    const { signal } = new AbortController();
    const emitted = bus.emitAsync('job:run', 3, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    subscription.resume();
    await emitted;
    await settled();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([
    ['its subscription ends', (_bus: RootEventBus, subscription: Subscription) => subscription.unsubscribe()],
    ['the bus closes', (bus: RootEventBus) => bus.close()],
  ])('is freed when %s; what waited counts as dropped, not as queued', async (_when, end) => {
    const { bus, told } = recordedBus();
    const { subscription, heard } = pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    const emitted = bus.emitAsync('job:run', 3);
    await end(bus, subscription);
    expect(await emitted).toMatchObject({ queued: 0, failures: [] });
    expect(heard).toEqual([]);
    expect(figures(subscription)).toEqual({ delivered: 0, dropped: 3, refused: 0, waiting: 0 });
    expect(told.discarded).toMatchObject([{ events: 3 }]);
  });

  it('behind a pause holds up neither idle nor close', async () => {
    const { bus } = recordedBus();
    pausedQueue(bus, 'wait');
    for (const n of [1, 2]) bus.emit('job:run', n);
    const emitted = bus.emitAsync('job:run', 3);
    await bus.idle();
    expect(await bus.close()).toMatchObject({ dropped: 3, refused: 0 });
    expect(await emitted).toMatchObject({ queued: 0 });
  });

  it('waits for a stream’s consumer, and lets each event in as one is read', async () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:run', { capacity: 1, overflow: 'wait' });
    const done: number[] = [];
    for (const n of [1, 2, 3]) void bus.emitAsync('job:run', n).then(() => done.push(n));
    await settled();
    expect(done).toEqual([1]);
    const read: unknown[] = [];
    for (const n of [1, 2, 3]) {
      read.push((await stream.next()).value?.data);
      await settled();
      expect(done).toHaveLength(Math.min(3, n + 1));
    }
    expect(read).toEqual([1, 2, 3]);
  });

  it('is freed by a stream that ends', async () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:run', { capacity: 1, overflow: 'wait' });
    bus.emit('job:run', 1);
    const emitted = bus.emitAsync('job:run', 2);
    await stream.return();
    expect(await emitted).toMatchObject({ queued: 0 });
    expect(stream).toMatchObject({ size: 0, dropped: 2 });
  });
});
