import { describe, expect, it, jest } from '@jest/globals';
import type { BusEvent, EmitReport, EventStream, RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';

/** All that the stream still gives, up to its end. */
async function rest(stream: EventStream): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const event of stream) data.push(event.data);
  return data;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns of the event loop with a collection of garbage in each, until it has come about. */
async function collectUntil(cameAbout: () => boolean, turns = 50): Promise<void> {
  for (let turn = 0; turn < turns && !cameAbout(); turn++) {
    await settled();
    globalThis.gc!();
  }
}

describe('A stream that nobody can read any more', () => {
  it.each<[string, (bus: RootEventBus, signal: AbortSignal) => unknown]>([
    ['that was never read', (bus) => void bus.stream('job:*')],
    ['that was read once', (bus) => void bus.stream('job:*').next()],
    ['with a signal that lives on', (bus, signal) => void bus.stream('job:*', { signal })],
    [
      'whose consumer stopped between two events, and never came back',
      async (bus) => {
        for await (const event of bus.stream('job:*')) await new Promise(() => event);
      },
    ],
  ])(
    'ends when it is collected, one %s too, and frees its queue and who waits for room',
    async (_what, open) => {
      const { bus, told } = recordedBus();
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      void open(bus, signal);
      for (let n = 0; n < 5; n++) bus.emit('job:run', n);
      await settled();
      await collectUntil(() => bus.inspect().subscriptions.length === 0);
      expect(bus.inspect().subscriptions).toEqual([]);
      expect(told.discarded).toMatchObject([{ label: 'stream' }]);
      expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    },
  );

  it('frees an emitAsync that waits for room in it', async () => {
    const { bus } = recordedBus();
    (() => void bus.stream('job:*', { capacity: 1, overflow: 'wait' }))();
    bus.emit('job:run', 1);
    let report: EmitReport | undefined;
    void bus.emitAsync('job:run', 2).then((answer) => (report = answer));
    await collectUntil(() => report !== undefined);
    expect(report).toMatchObject({ queued: 0 });
  });
});

describe('A stream whose consumer waits for an event', () => {
  it('is kept by that alone, and hears the event whenever it comes', async () => {
    const { bus } = recordedBus();
    const heard: unknown[] = [];
    (() => {
      void (async () => {
        for await (const event of bus.stream('job:*')) heard.push(event.data);
      })();
    })();
    await collectUntil(() => false, 5);
    for (const n of [1, 2]) {
      bus.emit('job:run', n);
      await collectUntil(() => false, 3);
    }
    expect(heard).toEqual([1, 2]);
    expect(bus.inspect().subscriptions).toHaveLength(1);
    await bus.close();
  });

  it('is kept while the consumer is at work on an event, if that will go on', async () => {
    const { bus } = recordedBus();
    const heard: unknown[] = [];
    const work = controlledPromise();
    (() => {
      void (async () => {
        for await (const event of bus.stream('job:*')) {
          heard.push(event.data);
          await work.promise;
        }
      })();
    })();
    for (const n of [1, 2]) bus.emit('job:run', n);
    await collectUntil(() => false, 5);
    work.resolve();
    await settled();
    expect(heard).toEqual([1, 2]);
    await bus.close();
  });
});

describe('A stream', () => {
  it('gives the events that match, from the call on, in order', async () => {
    const { bus } = recordedBus();
    bus.emit('job:run', 'before');
    const stream = bus.stream('job:*');
    for (const n of [1, 2, 3]) bus.emit('job:run', n);
    bus.emit('mail:sent', 'other');
    await bus.close();
    expect(await rest(stream)).toEqual([1, 2, 3]);
  });

  it('gives an event to a consumer who waits', async () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:*');
    const [first, second] = [stream.next(), stream.next()];
    const events = [bus.emit('job:run', 1), bus.emit('job:run', 2)];
    expect(await first).toEqual({ done: false, value: events[0] });
    expect(await second).toEqual({ done: false, value: events[1] });
    expect(stream).toMatchObject({ size: 0, dropped: 0 });
  });

  it('holds 1000 events unless told otherwise, and loses the oldest of more', () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:*');
    for (let n = 0; n < 1005; n++) bus.emit('job:run', n);
    expect(stream).toMatchObject({ size: 1000, dropped: 5 });
  });

  it('of small capacity loses the oldest, counts each loss, and tells observers of the run', async () => {
    const { bus, told } = recordedBus();
    const stream = bus.stream('job:*', { capacity: 2 });
    for (let n = 0; n < 5; n++) bus.emit('job:run', n);
    expect(told.overflowed.map(({ event, run }) => [event.data, run])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect((await stream.next()).value?.data).toBe(3);
    bus.emit('job:run', 5);
    bus.emit('job:run', 6);
    expect(told.overflowed.at(-1)).toMatchObject({ event: { data: 4 }, run: 1 });
    expect(stream.dropped).toBe(4);
    await bus.close();
    expect(await rest(stream)).toEqual([5, 6]);
  });

  it('with drop-newest keeps what it has', async () => {
    const { bus, told } = recordedBus();
    const stream = bus.stream('job:*', { capacity: 2, overflow: 'drop-newest' });
    for (let n = 0; n < 4; n++) bus.emit('job:run', n);
    expect(stream.dropped).toBe(2);
    expect(told.overflowed.map(({ event }) => event.data)).toEqual([2, 3]);
    await bus.close();
    expect(await rest(stream)).toEqual([0, 1]);
  });

  it('has a queue of its own: two streams and the handlers don’t know of each other', async () => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    const [small, large] = [bus.stream('job:*', { capacity: 1 }), bus.stream('job:*')];
    bus.on('job:run', handler);
    const report = await bus.emitAsync('job:run', 1);
    bus.emit('job:run', 2);
    expect(report).toMatchObject({ delivered: 1, queued: 2, results: [undefined] });
    expect(handler).toHaveBeenCalledTimes(2);
    await bus.close();
    expect([await rest(small), await rest(large)]).toEqual([[2], [1, 2]]);
  });

  it('ends with the loop that reads it, and is gone from the bus', async () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:*');
    bus.emit('job:run', 1);
    bus.emit('job:run', 2);
    for await (const event of stream) {
      expect(event.data).toBe(1);
      break;
    }
    expect(bus.inspect().subscriptions).toEqual([]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(stream.size).toBe(0);
  });

  it('ends when it is disposed of, for consumers who wait as well', async () => {
    const { bus } = recordedBus();
    const stream = bus.stream('job:*');
    const waiting = [stream.next(), stream.next()];
    await stream[Symbol.asyncDispose]();
    for (const result of await Promise.all(waiting)) expect(result).toEqual({ done: true, value: undefined });
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('ends when its signal is aborted, before or later, without what was queued', async () => {
    const { bus } = recordedBus();
    const controller = new AbortController();
    const stream = bus.stream('job:*', { signal: controller.signal });
    bus.emit('job:run');
    controller.abort();
    expect(await rest(stream)).toEqual([]);
    expect(await rest(bus.stream('job:*', { signal: controller.signal }))).toEqual([]);
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('ends after what is queued when the bus or its scope closes, and is over at once on a closed one', async () => {
    const { bus } = recordedBus();
    const inScope = bus.scope('tenant').stream('job:*');
    const waiting = bus.stream('never:comes').next();
    bus.scope('tenant').emit('job:run', 1);
    bus.closeScope('tenant');
    expect(await rest(inScope)).toEqual([1]);
    await bus.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await rest(bus.stream('job:*'))).toEqual([]);
  });

  it('leaves its signal alone once it has ended, however it ended', async () => {
    const { bus } = recordedBus();
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    await bus.stream('job:*', { signal }).return();
    bus.stream('job:*', { signal });
    await bus.close();
    bus.stream('job:*', { signal });
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  it('shows its losses in the figures of the bus', () => {
    const { bus } = recordedBus();
    bus.stream('job:*', { capacity: 2 });
    for (let n = 0; n < 5; n++) bus.emit('job:run', n);
    expect(bus.inspect().subscriptions).toMatchObject([
      { handler: 'stream', delivered: 0, dropped: 3, queue: { waiting: 2, capacity: 2 } },
    ]);
  });

  it('ends when a generator that passes it on is told of an error, which is not replaced by another', async () => {
    const { bus } = recordedBus();
    async function* passedOn(): AsyncGenerator<BusEvent> {
      yield* bus.stream('job:*');
    }
    const events = passedOn();
    const first = events.next();
    bus.emit('job:run', 1);
    expect(await first).toMatchObject({ value: { data: 1 }, done: false });
    const error = new Error('of the consumer');
    await expect(events.throw(error)).rejects.toBe(error);
    expect(bus.inspect().subscriptions).toEqual([]);
  });
});
