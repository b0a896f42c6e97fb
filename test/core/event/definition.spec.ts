/* oxlint-disable unicorn/no-thenable -- a schema may answer with any thenable */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import type { EventDefinition } from 'nestjs-event-bus/core';
import {
  AsyncSchemaError,
  defineEvent,
  DefinitionConflictError,
  InvalidArgumentError,
  InvalidDataError,
  InvalidPatternError,
  InvalidTopicError,
  RootEventBus,
  SchemaError,
} from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';
import { numberSchema, schemaOf } from '../../support/standard-schema.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => faults.stop());

const asyncNumberSchema = schemaOf<number>(async (value) => {
  await Promise.resolve();
  return numberSchema['~standard'].validate(value);
});

describe('A defined event', () => {
  it('stands wherever a topic does', async () => {
    const bus = new RootEventBus();
    const JobRun = defineEvent('job:run', { description: 'A job was started' });
    const handler = jest.fn();
    const subscription = bus.on(JobRun, handler);
    expect(subscription.pattern).toBe('job:run');
    expect(bus.emit(JobRun, 1).topic).toBe('job:run');
    expect((await bus.emitAsync(JobRun, 2)).delivered).toBe(1);
    bus.emit('job:run', 3);
    expect(handler.mock.calls.map(([data]) => data)).toEqual([1, 2, 3]);
  });

  it('is data that can’t be changed', () => {
    const JobRun = defineEvent('job:run', { retain: true });
    expect(JobRun).toMatchObject({
      topic: 'job:run',
      retain: true,
      schema: undefined,
      description: undefined,
    });
    expect(Object.isFrozen(JobRun)).toBe(true);
  });

  it('has one definition on a bus; another one for its topic is refused wherever it comes from', async () => {
    const bus = new RootEventBus();
    const [one, other] = [defineEvent('job:run'), defineEvent('job:run')];
    bus.register(one);
    bus.register(one);
    expect(bus.definitions).toEqual([one]);
    expect(() => bus.register(other)).toThrow(DefinitionConflictError);
    expect(() => bus.emit(other)).toThrow(DefinitionConflictError);
    expect(() => bus.on(other, () => {})).toThrow(DefinitionConflictError);
    await expect(bus.emitAsync(other)).rejects.toThrow(DefinitionConflictError);
    expect(() => new RootEventBus().register(other)).not.toThrow();
  });

  it('needs a topic that can be emitted, and to be made by defineEvent: an event is no definition', () => {
    const bus = new RootEventBus();
    expect(() => defineEvent('job:*')).toThrow(InvalidTopicError);
    for (const forged of [{ topic: 'job:run' } as EventDefinition, bus.emit('job:run') as never]) {
      expect(() => bus.register(forged)).toThrow(InvalidArgumentError);
      expect(() => bus.emit(forged)).toThrow(InvalidTopicError);
      expect(() => bus.on(forged, () => {})).toThrow(InvalidPatternError);
    }
    expect(() => bus.register(defineEvent('job:run'))).not.toThrow();
    for (const nothing of [null, undefined, 'job:run', {}])
      expect(() => bus.register(nothing as never)).toThrow(InvalidArgumentError);
  });
});

describe('A schema', () => {
  it('judges the data of every emit, by the definition and, once it is known, by the topic’s text', async () => {
    const { bus, told } = recordedBus();
    const JobSize = defineEvent('job:size', { schema: numberSchema });
    const handler = jest.fn();
    bus.emit('job:size', 'not known yet');
    bus.on(JobSize, handler);
    for (const topic of [JobSize, 'job:size'] as never[]) {
      expect(() => bus.emit(topic, 'large')).toThrow(InvalidDataError);
      await expect(bus.emitAsync(topic, 'large')).rejects.toThrow(InvalidDataError);
      expect(() => bus.scope('child').emit(topic, 'large')).toThrow(InvalidDataError);
    }
    expect(handler).not.toHaveBeenCalled();
    expect(told.emitted).toHaveLength(1);
    bus.emit(JobSize, 1);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('tells in the error what is wrong and where', () => {
    const bus = new RootEventBus();
    const schema = schemaOf(() => ({
      issues: [
        { message: 'too dear', path: ['items', 0, { key: 'price' }] },
        { message: 'no customer' },
        { message: 'odd', path: [Symbol('key')] },
      ],
    }));
    const data = { items: [] };
    const error = expect.objectContaining({
      topic: 'order:placed',
      value: data,
      issues: [
        { message: 'too dear', path: 'items.0.price' },
        { message: 'no customer', path: '' },
        { message: 'odd', path: 'Symbol(key)' },
      ],
      message: expect.stringContaining('items.0.price: too dear; no customer; Symbol(key): odd'),
    });
    expect(() => bus.emit(defineEvent('order:placed', { schema }), data)).toThrow(error);
  });

  it('may transform the data, which then is what everybody gets', async () => {
    const bus = new RootEventBus();
    const schema = schemaOf<number, string>((value) => ({ value: Number(value) }));
    const JobSize = defineEvent('job:size', { schema });
    const handler = jest.fn();
    bus.on(JobSize, handler);
    const event = bus.emit(JobSize, '42', { metadata: { locale: 'de' } });
    expect(event).toMatchObject({ data: 42, metadata: { locale: 'de' } });
    expect(handler).toHaveBeenCalledWith(42, event);
    expect(bus.history.last('job:size')).toBe(event);
    expect((await bus.emitAsync(JobSize, '7')).event.data).toBe(7);
  });

  it('judges what the middleware made of the data', () => {
    const bus = new RootEventBus();
    const JobSize = defineEvent('job:size', { schema: numberSchema });
    bus.use((event) => ({ data: Number(event.data) }));
    expect(bus.emit('job:size', '42').data).toBe(42);
    expect(bus.emit(JobSize, '42' as never).data).toBe(42);
  });

  it('that is asynchronous works with emitAsync', async () => {
    const bus = new RootEventBus();
    const JobSize = defineEvent('job:size', { schema: asyncNumberSchema });
    const handler = jest.fn();
    bus.on(JobSize, handler);
    expect(await bus.emitAsync(JobSize, 1)).toMatchObject({ delivered: 1 });
    await expect(bus.emitAsync(JobSize, 'large')).rejects.toThrow(InvalidDataError);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  const PENDING: [string, () => unknown][] = [
    ['a promise', () => Promise.resolve({ value: 1 })],
    ['a promise that rejects', () => Promise.reject(new Error('late'))],
    ['a thenable that is no Promise', () => ({ then: (yes: (value: unknown) => void) => yes({ value: 1 }) })],
    ['a promise of another realm', () => runInNewContext('Promise.resolve({ value: 1 })')],
  ];
  it.each(PENDING)(
    'that answers with %s is an error with emit, which says to use emitAsync',
    async (_what, validate) => {
      const bus = new RootEventBus();
      const handler = jest.fn();
      bus.on('**', handler);
      const JobSize = defineEvent('job:size', { schema: schemaOf(validate) });
      expect(() => bus.emit(JobSize, 1)).toThrow(AsyncSchemaError);
      expect(() => bus.emit(JobSize, 1)).toThrow('await emitAsync');
      expect(handler).not.toHaveBeenCalled();
      expect(await faults.settled()).toEqual([]);
    },
  );

  const trap = (): never => {
    throw new Error('no rules');
  };
  const FAILING: [string, () => unknown][] = [
    ['throws', trap],
    ['answers with nothing', () => undefined],
    ['answers with what throws at every touch', () => new Proxy({}, { get: trap })],
  ];
  it.each(FAILING)(
    'that %s fails the emit with an error of its own, and nobody hears',
    async (_what, validate) => {
      const { bus, told } = recordedBus();
      const handler = jest.fn();
      bus.on('**', handler);
      const JobSize = defineEvent('job:size', { schema: schemaOf(validate) });
      expect(() => bus.emit(JobSize, 1)).toThrow(SchemaError);
      await expect(bus.emitAsync(JobSize, 1)).rejects.toThrow(SchemaError);
      expect(handler).not.toHaveBeenCalled();
      expect(told.refused).toHaveLength(2);
      expect(await faults.settled()).toEqual([]);
    },
  );

  it('that rejects fails emitAsync, with what it rejected with as the cause, and without a crash', async () => {
    const bus = new RootEventBus();
    const cause = new Error('no rules');
    const JobSize = defineEvent('job:size', { schema: schemaOf(() => Promise.reject(cause)) });
    const unhandled = bus.emitAsync(JobSize, 1);
    expect(await faults.settled()).toEqual([]);
    await expect(unhandled).rejects.toThrow(expect.objectContaining({ code: 'EVENT_BUS_SCHEMA', cause }));
  });

  it('at work is in flight: idle and close wait for it, and what it accepts is delivered before the end', async () => {
    const bus = new RootEventBus();
    const verdict = controlledPromise<unknown>();
    const JobSize = defineEvent('job:size', { schema: schemaOf(() => verdict.promise) });
    const handler = jest.fn();
    bus.on(JobSize, handler);
    const report = bus.emitAsync(JobSize, 1);
    expect(bus.inspect().tasks.map(({ name }) => name)).toEqual(['schema of job:size']);
    const closed = bus.close();
    verdict.resolve({ value: 1 });
    expect(await report).toMatchObject({ delivered: 1, dropped: undefined });
    expect(await closed).toMatchObject({ aborted: [], dropped: 0 });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('that accepts after the end of the bus accepts too late: the event is dropped', async () => {
    const { bus, told } = recordedBus();
    const verdict = controlledPromise<unknown>();
    const JobSize = defineEvent('job:size', { schema: schemaOf(() => verdict.promise) });
    const report = bus.emitAsync(JobSize, 1);
    expect((await bus.close({ timeout: 0 })).aborted).toEqual(['schema of job:size']);
    verdict.resolve({ value: 1 });
    expect(await report).toMatchObject({ delivered: 0, dropped: 'closed' });
    expect(told.dropped).toHaveLength(1);
  });
});
