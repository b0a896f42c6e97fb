import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  InvalidArgumentError,
  InvalidOptionError,
  InvalidPatternError,
  InvalidTopicError,
  RootEventBus,
} from 'nestjs-event-bus/core';
import { EventExpectationError, type EventRecorder, recordEvents } from 'nestjs-event-bus/testing';
import { controlledPromise } from '../support/controlled-promise.js';
import { collectProcessFaults } from '../support/process-faults.js';

let bus: RootEventBus;
let recorder: EventRecorder;
let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  bus = new RootEventBus();
  recorder = recordEvents(bus);
  faults = collectProcessFaults();
});
afterEach(async () => {
  jest.useRealTimers();
  const unhandled = await faults.settled();
  faults.stop();
  if (unhandled.length > 0) throw new AggregateError(unhandled, 'Rejections that nobody handled');
});

const emitted = { outcome: 'emitted', source: undefined, handlers: [] } as const;

describe('What is recorded', () => {
  it('`recorder.events` tells what was emitted, in order, by whom, and what each handler did.', async () => {
    const gate = controlledPromise();
    bus.as({ module: 'MailModule', class: 'Mail' }).on('order:*', async function send() {
      await gate.promise;
    });
    bus.on('order:placed', function count(order: { id: string }) {
      bus.emit('order:counted', order.id);
    });
    bus.on('order:placed', function check() {
      throw new Error('no stock');
    });
    bus.on('order:placed', function big() {}, { filter: () => false });
    bus.on('order:placed', function paused() {}).pause();
    bus.as({ module: 'OrdersModule', class: 'Orders' }).emit('order:placed', { id: 'A-1' });

    const send = { handler: 'MailModule/Mail.send', outcome: 'pending' };
    const handlers = [
      send,
      { handler: 'count', outcome: 'returned' },
      { handler: 'check', outcome: 'failed', error: new Error('no stock') },
      { handler: 'big', outcome: 'skipped', reason: 'filter' },
      { handler: 'paused', outcome: 'skipped', reason: 'paused' },
    ];
    const placed = {
      topic: 'order:placed',
      data: { id: 'A-1' },
      source: 'OrdersModule/Orders',
      outcome: 'emitted',
    };
    const counted = { ...emitted, topic: 'order:counted', data: 'A-1' };
    const failed = { ...emitted, topic: 'system:handler_failed', data: expect.anything() };
    expect(recorder.events).toEqual([{ ...placed, handlers }, { ...counted, handlers: [send] }, failed]);

    gate.resolve();
    await bus.idle();
    const sent = { ...send, outcome: 'returned' };
    expect(recorder.events).toEqual([
      { ...placed, handlers: [sent, ...handlers.slice(1)] },
      { ...counted, handlers: [sent] },
      failed,
    ]);
  });

  it('What a full queue lost is recorded as lost, with the reason; what waits in a queue, when its handler is called.', async () => {
    bus.on('job:run', function newest() {}, { queue: { capacity: 1 } });
    bus.on('job:run', function first() {}, { queue: { capacity: 1, overflow: 'drop-newest' } });
    bus.on('job:run', function refusing() {}, { queue: { capacity: 1, overflow: 'refuse' } });
    const stream = bus.stream('job:run', { capacity: 1 });
    bus.emit('job:run', 1);
    expect(recorder.expect('job:run').handlers).toEqual([]);
    bus.emit('job:run', 2);
    await bus.idle();
    const returned = { outcome: 'returned' };
    const lost = { outcome: 'lost', reason: 'dropped' };
    expect(recorder.events.map(({ data, handlers }) => [data, handlers])).toEqual([
      [
        1,
        [
          { handler: 'newest', ...lost },
          { handler: 'first', ...returned },
          { handler: 'refusing', ...returned },
        ],
      ],
      [
        2,
        [
          { handler: 'first', ...lost },
          { handler: 'refusing', outcome: 'lost', reason: 'refused' },
          { handler: 'newest', ...returned },
        ],
      ],
    ]);
    expect(recorder.failures).toEqual([]);
    expect(recorder.handled('job:run')).toEqual(['first', 'refusing', 'newest']);
    await stream[Symbol.asyncIterator]().return?.();
  });

  it('A handler that is retried, or redelivered from the dead letters, stands once, with what came of it last.', async () => {
    let calls = 0;
    const until = (succeeds: number) =>
      async function work(): Promise<void> {
        if (++calls < succeeds) throw new Error(`call ${calls}`);
      };
    const retry = { attempts: 2, backoff: 0 };
    bus.on('job:retried', until(2), { retry });
    bus.on('job:dead', until(5), { retry });
    bus.emit('job:retried');
    expect(recorder.expect('job:retried').handlers).toEqual([{ handler: 'work', outcome: 'pending' }]);
    await bus.idle();
    expect(recorder.handled('job:retried')).toEqual(['work']);
    expect(recorder.failures).toEqual([]);

    bus.emit('job:dead');
    await bus.idle();
    const { handlers } = recorder.expect('job:dead');
    expect(handlers).toEqual([{ handler: 'work', outcome: 'failed', error: new Error('call 4') }]);
    await bus.deadLetters.redeliverAll();
    expect(handlers).toEqual([{ handler: 'work', outcome: 'returned' }]);
    expect(recorder.failures).toEqual([]);
  });

  it('An event that a middleware dropped, or that came after the bus had closed, is recorded as dropped, with the reason.', async () => {
    const remove = bus.use(() => null);
    bus.emit('job:run', 1);
    remove();
    await bus.close();
    bus.emit('job:run', 2);
    expect(recorder.events).toEqual([
      {
        topic: 'job:run',
        data: 1,
        source: undefined,
        outcome: 'dropped',
        reason: 'middleware',
        handlers: [],
      },
      { topic: 'job:run', data: 2, source: undefined, outcome: 'dropped', reason: 'closed', handlers: [] },
    ]);
  });

  it('An emit that was refused with an error is recorded as refused, with the error.', async () => {
    expect(() => bus.emit('no topic', 1)).toThrow(InvalidTopicError);
    await expect(bus.emitAsync(7 as never)).rejects.toThrow(InvalidTopicError);
    await expect(bus.emitAsync(null as never)).rejects.toThrow(InvalidTopicError);
    const refused = { outcome: 'refused', error: expect.any(InvalidTopicError), handlers: [] };
    expect(recorder.events).toEqual([
      { topic: 'no topic', ...refused },
      { topic: '(number)', ...refused },
      { topic: '(null)', ...refused },
    ]);
    expect(recorder.events[0]!.event).toBeUndefined();
  });

  it('What is recorded is plain data without ids and times, so that it can be compared whole or kept as a snapshot; the envelope is there as `event`.', () => {
    bus.on('job:run', function run() {});
    const event = bus.emit('job:run', { n: 1 });
    expect(recorder.events).toMatchInlineSnapshot(`
[
  {
    "data": {
      "n": 1,
    },
    "handlers": [
      {
        "handler": "run",
        "outcome": "returned",
      },
    ],
    "outcome": "emitted",
    "source": undefined,
    "topic": "job:run",
  },
]
`);
    expect(recorder.events[0]!.event).toBe(event);
    const now = recorder.events;
    bus.emit('job:run', { n: 2 });
    expect(now).toHaveLength(1);
  });

  it('`recorder.handled(pattern)` names the handlers that finished, and `recorder.failures` those that failed, with their errors.', async () => {
    const error = new Error('boom');
    bus.on('job:*', function audit() {});
    bus.on('job:run', async function run() {});
    bus.on('job:run', async function fail() {
      throw error;
    });
    bus.on('mail:sent', function log() {});
    for (const topic of ['job:run', 'mail:sent', 'job:done']) bus.emit(topic);
    expect(recorder.handled('job:*')).toEqual(['audit', 'audit']);
    await bus.idle();
    expect(recorder.handled('job:*')).toEqual(['audit', 'run', 'audit']);
    expect(recorder.handled('job:run')).toEqual(['audit', 'run']);
    bus.on('job:run', function never() {}, { filter: () => false });
    bus.on('job:run', function still() {
      return new Promise(() => {});
    });
    bus.emit('job:run');
    expect(recorder.failures).toEqual([{ topic: 'job:run', handler: 'fail', error }]);
    expect(recorder.handled('job:run')).toEqual(['audit', 'run', 'audit']);
  });

  it('a filter that throws is a failure of its subscription', () => {
    const error = new Error('filter');
    const filter = (): boolean => {
      throw error;
    };
    bus.on('job:run', function run() {}, { filter });
    bus.emit('job:run');
    expect(recorder.events[0]!.handlers).toEqual([{ handler: 'run', outcome: 'failed', error }]);
    expect(recorder.failures).toEqual([{ topic: 'job:run', handler: 'run', error }]);
  });

  it('streams and waits are no handlers', async () => {
    const stream = bus.stream('job:run');
    const waiting = bus.waitFor('job:run');
    bus.emit('job:run');
    await waiting;
    await stream.return();
    expect(recorder.events).toEqual([{ ...emitted, topic: 'job:run', data: undefined }]);
  });

  it('what happened before the recording began is not there, nor what its handlers still do', async () => {
    const gate = controlledPromise();
    bus.on('job:run', async () => gate.promise);
    bus.emit('job:run', 1);
    const late = recordEvents(bus);
    bus.emit('job:done', 2);
    gate.resolve();
    await bus.idle();
    expect(late.events).toEqual([{ ...emitted, topic: 'job:done', data: 2 }]);
  });

  it('`recorder.clear()` forgets what happened so far.', async () => {
    const gate = controlledPromise();
    bus.on('job:run', async () => {
      await gate.promise;
      throw new Error('late');
    });
    bus.emit('job:run', 1);
    const before = recorder.events;
    const waiting = recorder.next('job:done');
    recorder.clear();
    expect(recorder.events).toEqual([]);
    expect(before).toHaveLength(1);
    gate.resolve();
    await bus.idle();
    expect(recorder.failures).toEqual([]);
    expect(before[0]!.handlers).toMatchObject([{ outcome: 'pending' }]);
    bus.emit('job:done', 2);
    expect((await waiting).data).toBe(2);
  });

  it('`recorder.stop()` ends the recording, and so does a `using` declaration; what was recorded can still be read.', async () => {
    const waiting = recorder.next('job:done');
    const message = waiting.catch((error: Error) => error.message);
    bus.emit('job:run', 1);
    recorder.stop();
    recorder.stop();
    bus.emit('job:done', 2);
    expect(await message).toMatch(/^The recording was stopped before an event "job:done" was emitted\./);
    await expect(recorder.next('job:done')).rejects.toThrow('The recording was stopped');
    expect(recorder.expect('job:run').data).toBe(1);
    expect((await recorder.next('job:run')).data).toBe(1);
    recorder.expectNone('job:done');

    const other = recordEvents(bus);
    other[Symbol.dispose]();
    bus.emit('job:done', 3);
    expect(other.events).toEqual([]);
  });
});

describe('next', () => {
  it('`next` resolves with the first event that matches, whether it has happened already or is still to come.', async () => {
    bus.emit('job:done', 1);
    expect(await recorder.next('job:*')).toEqual({ ...emitted, topic: 'job:done', data: 1 });
    const waiting = recorder.next('job:*');
    bus.emit('mail:sent', 2);
    const event = bus.emit('job:run', 3);
    expect((await waiting).event).toBe(event);
  });

  it('`next` returns each event once: called again, it goes on to the next one that matches.', async () => {
    for (const n of [1, 2]) bus.emit('job:done', n);
    expect((await recorder.next('job:done')).data).toBe(1);
    expect((await recorder.next('job:*')).data).toBe(2);
    const [third, fourth] = [recorder.next('job:done'), recorder.next('**')];
    for (const n of [3, 4]) bus.emit('job:done', n);
    expect([(await third).data, (await fourth).data]).toEqual([3, 4]);
    await expect(recorder.next('job:done', { timeout: 0 })).rejects.toThrow('next() has returned it already');
  });

  it('`next` and `expect` know the type of the data from `EventMap`, as `waitFor` does.', async () => {
    const typed = recordEvents(new RootEventBus<{ 'job:done': { n: number } }>());
    typed.bus.emit('job:done', { n: 1 });
    const { data } = await typed.next('job:done', { filter: ({ n }) => n.toFixed() === '1' });
    expect(data.n.toFixed()).toBe('1');
    expect(typed.expect('job:done', { n: 1 }).data.n.toFixed()).toBe('1');
    // @ts-expect-error -- the data has no such property; test/types/testing.ts has more of this
    expect(() => typed.expect('job:done', { m: 1 })).toThrow('m should be 1');
    // @ts-expect-error -- no such topic in the domain "job"
    expect(() => typed.expect('job:dnoe')).toThrow('job:dnoe');
  });

  it('passes over events without losing them for a later call', async () => {
    bus.emit('job:run', 1);
    bus.emit('job:done', 2);
    expect((await recorder.next('job:done')).data).toBe(2);
    expect((await recorder.next('job:run')).data).toBe(1);
  });

  it('waits for an event that its filter accepts', async () => {
    const filter = jest.fn((n: number) => n > 1);
    for (const n of [0, 1]) bus.emit('job:done', n);
    const waiting = recorder.next('job:done', { filter });
    const event = bus.emit('job:done', 2);
    expect((await waiting).event).toBe(event);
    expect(filter.mock.lastCall).toEqual([2, event]);
    expect((await recorder.next('job:done')).data).toBe(0);
  });

  it('rejects with what its filter throws, and the event is there for others', async () => {
    const filter = jest.fn((): boolean => {
      throw new Error('filter');
    });
    const [one, other] = [recorder.next('job:done', { filter }), recorder.next('job:done')];
    bus.emit('job:done', 1);
    bus.emit('job:done', 2);
    await expect(one).rejects.toThrow('filter');
    expect((await other).data).toBe(1);
    expect(filter).toHaveBeenCalledTimes(1);
    await expect(recorder.next('job:done', { filter })).rejects.toThrow('filter');
    expect((await recorder.next('job:done')).data).toBe(2);
  });

  it('takes no event for which its filter promises an answer', async () => {
    bus.emit('job:done', 1);
    const filter = (() => Promise.resolve(true)) as never;
    await expect(recorder.next('job:done', { filter, timeout: 0 })).rejects.toThrow('the filter refused it');
  });

  it('`next` rejects after its `timeout`, 1,000 ms unless told otherwise, and shows what was emitted instead.', async () => {
    jest.useFakeTimers();
    bus.emit('job:run', { n: 1 });
    const outcome = jest.fn();
    const waiting = recorder.next('job:done').catch(outcome);
    const patient = recorder.next('job:done', { timeout: Infinity });
    await jest.advanceTimersByTimeAsync(999);
    expect(outcome).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await waiting;
    expect(outcome).toHaveBeenCalledWith(expect.any(EventExpectationError));
    expect((outcome.mock.calls[0]![0] as Error).message).toBe(
      'Expected an event "job:done" within 1000 ms, but none was emitted.\n\nRecorded:\n  "job:run": { n: 1 }',
    );
    expect(jest.getTimerCount()).toBe(0);

    const quick = recorder.next('job:done', { timeout: 5 }).catch((error: Error) => error.message);
    await jest.advanceTimersByTimeAsync(5);
    expect(await quick).toContain('within 5 ms');
    const event = bus.emit('job:done');
    expect((await patient).event).toBe(event);
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers();
    const waiting = recorder.next('job:done');
    const given = recorder.next('job:run').catch(() => 'stopped');
    bus.emit('job:done');
    await waiting;
    recorder.stop();
    expect(await given).toBe('stopped');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('a time-out that nobody handles is no unhandled rejection', async () => {
    jest.useFakeTimers();
    void recorder.next('job:done');
    await jest.advanceTimersByTimeAsync(1_000);
    jest.useRealTimers();
    expect(await faults.settled()).toEqual([]);
  });

  it.each([
    [{ timeout: -1 }, 'The option "timeout" of next() must be a number of milliseconds'],
    [{ timeout: 2 ** 31 }, 'The option "timeout"'],
    [{ timeout: '5' }, "not '5'"],
    [{ filter: 1 }, 'The option "filter" of next() must be a function, not 1.'],
    [{ past: true }, 'next() has no option "past". It knows timeout and filter.'],
  ])('refuses the options %j', (options, message) => {
    expect(() => recorder.next('job:done', options as never)).toThrow(InvalidOptionError);
    expect(() => recorder.next('job:done', options as never)).toThrow(message);
  });

  it('options that are undefined count as not given', async () => {
    bus.emit('job:done');
    await recorder.next('job:done', { timeout: undefined, filter: undefined });
  });
});

describe('expect', () => {
  it('`expect` finds an event whose data contains what it is given: of objects what is named, lists whole.', () => {
    bus.emit('order:placed', { id: 'A-1', items: [{ sku: 'x', price: 1 }], by: { name: 'Ann', age: 40 } });
    const second = bus.emit('order:placed', { id: 'A-2', items: [], at: new Date(0) });
    expect(
      recorder.expect('order:placed', { id: 'A-1', items: [{ sku: 'x' }], by: { age: 40 } }).data,
    ).toMatchObject({
      id: 'A-1',
    });
    expect(recorder.expect('order:*', { at: new Date(0) }).event).toBe(second);
    expect(recorder.expect('order:placed').data).toMatchObject({ id: 'A-1' });
    for (const partial of [
      { id: 'A-3' },
      { items: [{}, {}] },
      { by: { age: 41 } },
      'A-1',
      { id: 'A-1', more: 1 },
    ]) {
      expect(() => recorder.expect('order:placed', partial)).toThrow(EventExpectationError);
    }
  });

  it('Asymmetric matchers such as `expect.any(String)` may stand anywhere in what `expect` is given.', () => {
    bus.emit('order:placed', { id: 'A-1', items: [{ sku: 'x' }] });
    recorder.expect('order:placed', expect.objectContaining({ id: 'A-1' }));
    recorder.expect('order:placed', {
      id: expect.stringMatching(/^A/),
      items: [{ sku: expect.any(String) }],
    });
    recorder.expect('order:placed', { items: expect.arrayContaining([{ sku: 'x' }]) });
    expect(() => recorder.expect('order:placed', { id: expect.any(Number) })).toThrow(
      '- id should be Any<Number>',
    );
  });

  it('`expect` passes for no event that was dropped or refused.', () => {
    const remove = bus.use(() => null);
    bus.emit('job:run', 1);
    remove();
    expect(() => bus.emit('job:run', 1, { metadata: 1 as never })).toThrow(InvalidOptionError);
    expect(() => recorder.expect('job:run')).toThrow(
      /\n {2}"job:run", dropped \(middleware\): 1\n {2}"job:run", refused: The option "metadata"/,
    );
    recorder.expectNone('job:run');
  });

  it('`expectNone` fails when a matching event was emitted, and shows it.', () => {
    bus.emit('job:run', { n: 1 });
    recorder.expectNone('job:done');
    recorder.expectNone('job:run', { n: 2 });
    expect(() => recorder.expectNone('job:*')).toThrow(
      'Expected no event "job:*".\n\nEmitted:\n  "job:run": { n: 1 }',
    );
    expect(() => recorder.expectNone('job:run', { n: 1 })).toThrow('with data containing { n: 1 }');
  });

  it('a pattern that is none is refused, wherever one is given', () => {
    expect(() => recorder.expect('no pattern')).toThrow(InvalidPatternError);
    expect(() => recorder.expectNone('no pattern')).toThrow(InvalidPatternError);
    expect(() => recorder.handled('no pattern')).toThrow(InvalidPatternError);
    expect(() => recorder.next('no pattern')).toThrow(InvalidPatternError);
  });
});

describe('A failure', () => {
  const stackOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return (error as Error).stack!;
    }
    throw new Error('it did not fail');
  };

  it('A failure shows the closest events with what differs, on the line of the test that called.', async () => {
    const orders = bus.as({ module: 'OrdersModule', class: 'OrderService' });
    orders.emit('order:placed', { id: 'A-2', total: 9 });
    orders.emit('order:placed', { id: 'A-1', total: 5 });
    const failing = () => recorder.expect('order:placed', { id: 'A-1', total: 7 });
    expect(stackOf(failing).split('\n    at ')[0]).toBe(
      `EventExpectationError: Expected an event "order:placed" with data containing { id: 'A-1', total: 7 }, but none was emitted.

The closest:
  "order:placed" by OrdersModule/OrderService: { id: 'A-1', total: 5 }
    - total should be 7, and is 5
  "order:placed" by OrdersModule/OrderService: { id: 'A-2', total: 9 }
    - id should be 'A-1', and is 'A-2'
    - total should be 7, and is 9`,
    );
    const here = /^\s+at .*event-recorder\.spec\.ts/;
    const firstFrame = (stack: string): string => stack.split('\n').find((line) => /^\s+at /.test(line))!;
    expect(firstFrame(stackOf(failing))).toMatch(here);
    expect(firstFrame(stackOf(() => recorder.expectNone('**')))).toMatch(here);
    const late = await recorder.next('job:done', { timeout: 0 }).catch((error: Error) => error.stack!);
    expect(firstFrame(late as string)).toMatch(here);
  });

  it('has a code, and the pattern as its value', () => {
    expect(() => recorder.expect('job:done')).toThrow(
      expect.objectContaining({
        name: 'EventExpectationError',
        code: 'EVENT_BUS_EXPECTATION',
        value: 'job:done',
      }),
    );
  });
});

describe('recordEvents', () => {
  it.each([
    [new RootEventBus().as({}), /was given an EventBus, which is one owner's view/],
    [{ compile: () => {} }, /was given a builder. Call "await builder.compile\(\)" first/],
    [{ get: () => ({}) }, /RootEventBus was not replaced/],
    [undefined, /needs a RootEventBus, or a Nest application or testing module/],
    [null, /needs a RootEventBus/],
  ])('refuses a target that has no whole bus', (target, message) => {
    expect(() => recordEvents(target as never)).toThrow(InvalidArgumentError);
    expect(() => recordEvents(target as never)).toThrow(message);
  });
});
