import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  defineEvent,
  EmitReport,
  InvalidDataError,
  InvalidOptionError,
  InvalidTopicError,
  MiddlewareError,
  RootEventBus,
} from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';
import { numberSchema } from '../../support/standard-schema.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => faults.stop());

describe('emitAsync', () => {
  it('awaits each handler before it calls the next, in the order of emit', async () => {
    const bus = new RootEventBus();
    const steps: string[] = [];
    const subscribe = (name: string, priority: number) =>
      bus.on(
        'job:run',
        async () => {
          steps.push(`${name} begins`);
          for (let turn = 0; turn < 20; turn++) await Promise.resolve();
          steps.push(`${name} ends`);
        },
        { priority },
      );
    subscribe('low', -1);
    bus.on('job:run', () => void steps.push('sync'));
    subscribe('high', 1);
    subscribe('usual', 0);
    await bus.emitAsync('job:run');
    expect(steps).toEqual([
      ...['high begins', 'high ends', 'sync'],
      ...['usual begins', 'usual ends', 'low begins', 'low ends'],
    ]);
  });

  it('includes the nested emits that its handlers await, and not those that they only start', async () => {
    const bus = new RootEventBus();
    const steps: string[] = [];
    const release = controlledPromise();
    bus.on('job:run', async () => {
      bus.emit('job:background');
      await bus.emitAsync('job:nested');
      steps.push('outer');
    });
    bus.on('job:nested', async () => {
      await bus.emitAsync('job:innermost');
      steps.push('nested');
    });
    bus.on('job:innermost', async () => {
      await Promise.resolve();
      steps.push('innermost');
    });
    bus.on('job:background', async () => {
      await release.promise;
      steps.push('background');
    });
    await bus.emitAsync('job:run');
    expect(steps).toEqual(['innermost', 'nested', 'outer']);
    release.resolve();
    await bus.idle();
    expect(steps.at(-1)).toBe('background');
  });

  it('keeps the list of subscribers with which it began, across its awaits', async () => {
    const bus = new RootEventBus();
    const steps: string[] = [];
    const gate = controlledPromise();
    bus.on('job:run', () => gate.promise);
    const last = bus.on('job:run', () => void steps.push('last'));
    const report = bus.emitAsync('job:run');
    last.unsubscribe();
    bus.on('job:run', () => void steps.push('late'));
    gate.resolve();
    await report;
    expect(steps).toEqual(['last']);
  });

  it('resolves with what the handlers returned, what failed, and how many were called', async () => {
    const { bus } = recordedBus();
    bus.on('job:run', () => 'one');
    bus.on('job:run', () => {
      throw new Error('two');
    });
    bus.on('job:run', () => Promise.resolve('three'));
    bus.stream('job:*');
    void bus.waitFor('job:run');
    const report = await bus.emitAsync('job:run', 'data');
    expect(report).toBeInstanceOf(EmitReport);
    expect(report).toMatchObject({
      event: { topic: 'job:run', data: 'data' },
      delivered: 3,
      queued: 1,
      held: 0,
      dropped: undefined,
      results: ['one', 'three'],
    });
    expect(report.failures.map(({ error }) => error)).toEqual([new Error('two')]);
  });

  it('answers with a report that throws only when asked to, and names what failed', async () => {
    const { bus } = recordedBus();
    const fine = await bus.emitAsync('job:run');
    expect(fine.throwIfFailed()).toBe(fine);
    bus.on('job:run', function sendMail() {
      throw new Error('no network');
    });
    const report = await bus.emitAsync('job:run');
    expect(() => report.throwIfFailed()).toThrow('A handler of "job:run" failed: sendMail');
  });

  it('gives its time to its signal: aborted, it rejects with the reason, and the handlers finish in the background', async () => {
    const { bus } = recordedBus();
    const steps: string[] = [];
    const gate = controlledPromise();
    bus.on('job:run', () => gate.promise);
    bus.on('job:run', () => void steps.push('second'));
    const controller = new AbortController();
    const report = bus.emitAsync('job:run', 1, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(report).rejects.toThrow('enough');
    expect(steps).toEqual([]);
    gate.resolve();
    await bus.idle();
    expect(steps).toEqual(['second']);
  });

  it('rejects also when a handler aborts the signal before the first await', async () => {
    const { bus } = recordedBus();
    const controller = new AbortController();
    const gate = controlledPromise();
    bus.on('job:run', () => {
      controller.abort(new Error('enough'));
      return gate.promise;
    });
    await expect(bus.emitAsync('job:run', 1, { signal: controller.signal })).rejects.toThrow('enough');
    gate.resolve();
    await bus.idle();
  });

  it('delivers nothing when its signal was aborted before', async () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    const report = bus.emitAsync('job:run', 1, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(report).rejects.toThrow('enough');
    expect(handler).not.toHaveBeenCalled();
    expect(told.refused).toHaveLength(1);
  });
});

describe('The caller’s own faults', () => {
  const Counted = defineEvent('job:counted', { schema: numberSchema });
  const FAULTS: [string, unknown[], new (...args: never[]) => Error][] = [
    ['an invalid topic', ['a b'], InvalidTopicError],
    ['no topic', [], InvalidTopicError],
    ['an array of topics', [['a', 'b']], InvalidTopicError],
    ['data that the schema refuses', [Counted, 'no number'], InvalidDataError],
    ['a middleware that throws', ['bad:middleware'], MiddlewareError],
    ['an unknown option', ['job:run', 1, { priority: 1 }], InvalidOptionError],
    ['options that are none', ['job:run', 1, null], InvalidOptionError],
    ['a source', ['job:run', 1, { source: 'Other/Module' }], InvalidOptionError],
    ['a signal that is none', ['job:run', 1, { signal: 'SIGINT' }], InvalidOptionError],
    [
      'options whose getter throws',
      [
        'job:run',
        1,
        {
          get signal() {
            throw new RangeError('getter');
          },
        },
      ],
      RangeError,
    ],
    ['an object with a topic, which is no definition', [{ topic: 'job:run' }], InvalidTopicError],
  ];

  it.each(FAULTS)(
    'such as %s are thrown by emit, told to observers, and keep everybody from hearing',
    (_what, args, error) => {
      const { bus, told } = recordedBus();
      const handler = jest.fn();
      bus.on('**', handler);
      bus.use((event) => {
        if (event.topic.startsWith('bad')) throw new Error('middleware');
        return event;
      });
      const owned = bus.as({ class: 'Mine' }) as unknown as { emit(...args: unknown[]): void };
      expect(() => owned.emit(...args)).toThrow(error);
      expect(handler).not.toHaveBeenCalled();
      expect(told.refused).toEqual([expect.objectContaining({ source: 'Mine', error: expect.any(error) })]);
      expect(bus.history.recent()).toEqual([]);
    },
  );

  it.each(FAULTS)(
    'such as %s reject emitAsync, and are no crash where nobody handles it',
    async (_what, args, error) => {
      const { bus, told } = recordedBus();
      bus.use((event) => {
        if (event.topic.startsWith('bad')) throw new Error('middleware');
        return event;
      });
      const owned = bus.as({ class: 'Mine' }) as unknown as { emitAsync(...args: unknown[]): Promise<void> };
      const unhandled = owned.emitAsync(...args);
      expect(await faults.settled()).toEqual([]);
      await expect(unhandled).rejects.toThrow(error);
      expect(told.refused).toEqual([expect.objectContaining({ source: 'Mine', error: expect.any(error) })]);
    },
  );
});

describe('Options of an emit', () => {
  it('let metadata travel with the event, as a copy', () => {
    const bus = new RootEventBus();
    const metadata = { locale: 'de' };
    const event = bus.emit('job:run', 1, { metadata });
    metadata.locale = 'fr';
    expect(event.metadata).toEqual({ locale: 'de' });
    expect(bus.emit('job:run').metadata).toEqual({});
  });

  it('carry a `__proto__` key as data, which changes no prototype', () => {
    const bus = new RootEventBus();
    const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    const event = bus.emit('job:run', hostile, { metadata: hostile });
    expect(Object.getPrototypeOf(event.metadata)).toBe(Object.prototype);
    expect(Object.keys(event.metadata)).toEqual(['__proto__']);
    expect(event.metadata['polluted']).toBeUndefined();
    expect(() => bus.emit('job:run', 1, hostile as never)).toThrow('no option "__proto__"');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('link an event to its cause, and the chain to its beginning', () => {
    const bus = new RootEventBus();
    const first = bus.emit('job:first');
    const second = bus.emit('job:second', 2, { causedBy: first });
    const third = bus.emit('job:third', 3, { causedBy: second });
    expect(first.correlationId).toBe(first.id);
    expect(first.causationId).toBeUndefined();
    expect(second).toMatchObject({ correlationId: first.id, causationId: first.id });
    expect(third).toMatchObject({ correlationId: first.id, causationId: second.id });
    const fromWire = JSON.parse(JSON.stringify(third)) as typeof third;
    expect(bus.emit('job:fourth', 4, { causedBy: fromWire })).toMatchObject({
      correlationId: first.id,
      causationId: third.id,
    });
  });

  it('set a source on the root alone; an owner’s events bear its own', () => {
    const bus = new RootEventBus();
    expect(bus.emit('job:run', 1, { source: 'Gateway/Partner' }).source).toBe('Gateway/Partner');
    expect(bus.emit('job:run').source).toBeUndefined();
    expect(bus.as({ module: 'Jobs', class: 'Runner' }).emit('job:run').source).toBe('Jobs/Runner');
    for (const view of [bus.as({ class: 'Runner' }), bus.scope('child')])
      expect(() => view.emit('job:run', 1, { source: 'Jobs/Runner' })).toThrow(InvalidOptionError);
  });
});
