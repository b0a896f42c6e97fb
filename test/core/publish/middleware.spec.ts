/* oxlint-disable typescript/no-misused-spread -- a spread is how a middleware makes its copy */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Middleware } from 'nestjs-event-bus/core';
import { BusEvent, MiddlewareError, RootEventBus } from 'nestjs-event-bus/core';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => faults.stop());

describe('A middleware', () => {
  it('transforms an event before anybody sees it: handlers, history, observers and the caller', async () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    bus.use((event) => ({ ...event, data: (event.data as number) * 2 }));
    const event = bus.emit('job:run', 21);
    expect(event.data).toBe(42);
    expect(handler).toHaveBeenCalledWith(42, event);
    expect(bus.history.last('job:run')).toBe(event);
    expect(told.emitted).toEqual([event]);
    expect((await bus.emitAsync('job:run', 1)).event.data).toBe(2);
  });

  it('drops an event with null: nobody hears it, and it is counted and told', async () => {
    const { bus, told } = recordedBus();
    const handler = jest.fn();
    bus.on('job:run', handler);
    bus.use(() => null);
    const event = bus.emit('job:run');
    const report = await bus.emitAsync('job:run');
    expect(handler).not.toHaveBeenCalled();
    expect(report).toMatchObject({ dropped: 'middleware', delivered: 0 });
    expect(told.dropped).toEqual([
      { event, reason: 'middleware' },
      { event: report.event, reason: 'middleware' },
    ]);
    expect(bus.history.recent()).toEqual([]);
    expect(bus.inspect().counters).toMatchObject({ dropped: 2, emitted: 0 });
  });

  it('stands behind those that were added before it, and none is asked about what an earlier one dropped', () => {
    const bus = new RootEventBus();
    const seen: unknown[] = [];
    const add = (letter: string) =>
      bus.use((event) => {
        seen.push(event.data);
        return { ...event, data: `${event.data as string}${letter}` };
      });
    add('a');
    add('b');
    expect(bus.emit('job:run', '').data).toBe('ab');
    bus.use(() => null);
    add('c');
    bus.emit('job:run', '');
    expect(seen).toEqual(['', 'a', '', 'a']);
  });

  it('goes with its remover, which removes it alone and does no harm twice', () => {
    const bus = new RootEventBus();
    const plusOne: Middleware = (event) => ({ data: (event.data as number) + 1 });
    const [first, second] = [bus.use(plusOne), bus.use(plusOne)];
    expect(bus.emit('job:run', 0).data).toBe(2);
    first();
    first();
    expect(bus.emit('job:run', 0).data).toBe(1);
    second();
    expect(bus.emit('job:run', 0).data).toBe(0);
  });

  it('may be removed while events pass it', () => {
    const bus = new RootEventBus();
    const remove = bus.use((event) => {
      remove();
      return event;
    });
    bus.use((event) => ({ data: `${event.data as string}!` }));
    expect([bus.emit('job:run', 'a').data, bus.emit('job:run', 'b').data]).toEqual(['a!', 'b!']);
  });

  it('returns a copy with what it changes; what it leaves out comes from the original', () => {
    const bus = new RootEventBus();
    let change: object = {};
    bus.use(() => change);
    const plain = bus.emit('job:run', 'data', { metadata: { locale: 'de' } });
    expect(plain).toMatchObject({ data: 'data', metadata: { locale: 'de' } });

    change = { metadata: { locale: 'fr' }, timestamp: 1, correlationId: 'request-1', causationId: 'event-1' };
    const changed = bus.emit('job:run', 'data');
    expect(changed).toBeInstanceOf(BusEvent);
    expect(changed).toMatchObject({ topic: 'job:run', data: 'data', ...change });
    expect(changed.correlationId).not.toBe(changed.id);

    change = { data: undefined };
    expect(bus.emit('job:run', 'data').data).toBeUndefined();
  });

  const FORBIDDEN: [string, object][] = [
    ['topic', { topic: 'job:other' }],
    ['id', { id: 'mine' }],
    ['source', { source: 'Other/Module' }],
    ['scope', { scope: 'other' }],
  ];
  it.each(FORBIDDEN)('that changes the %s fails the emit, and nobody hears', (field, change) => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('**', handler);
    bus.use((event) => ({ ...event, ...change }));
    expect(() => bus.emit('job:run')).toThrow(MiddlewareError);
    expect(() => bus.emit('job:run')).toThrow(`it changed the event's ${field}`);
    expect(handler).not.toHaveBeenCalled();
  });

  const trap = (): never => {
    throw new Error('touched');
  };
  const BAD: [string, () => unknown, string][] = [
    ['throws', trap, 'it threw "touched"'],
    [
      'throws something that throws at every touch',
      () => {
        throw new Proxy({}, { get: trap, getPrototypeOf: trap });
      },
      'it threw an object',
    ],
    ['returns undefined', () => undefined, 'it returned undefined'],
    ['returns true', () => true, 'it returned true'],
    ['returns a function', () => trap, 'it returned a function'],
    ['returns a promise', () => Promise.resolve(null), 'it returned a promise'],
    ['returns a promise that rejects', () => Promise.reject(new Error('late')), 'it returned a promise'],
    [
      'returns a promise whose `catch` throws',
      () => Object.assign(Promise.reject(new Error('late')), { catch: trap }),
      'it returned a promise',
    ],
    [
      'returns something that throws at every touch',
      () => new Proxy({}, { get: trap, has: trap }),
      'touched',
    ],
  ];
  it.each(BAD)('that %s fails the emit, and nobody hears', async (_what, middleware, message) => {
    const { bus } = recordedBus();
    const handler = jest.fn();
    bus.on('**', handler);
    bus.use(middleware as Middleware);
    expect(() => bus.emit('job:run')).toThrow(MiddlewareError);
    expect(() => bus.emit('job:run')).toThrow(message);
    await expect(bus.emitAsync('job:run')).rejects.toThrow(MiddlewareError);
    expect(handler).not.toHaveBeenCalled();
    expect(await faults.settled()).toEqual([]);
  });

  it('that throws is the cause of the error', () => {
    const bus = new RootEventBus();
    const cause = new Error('no clock');
    bus.use(() => {
      throw cause;
    });
    expect(() => bus.emit('job:run')).toThrow(expect.objectContaining({ cause, value: cause }));
  });

  it('that emits what leads back to itself ends with an error, not with a full stack', () => {
    const bus = new RootEventBus();
    bus.use((event) => {
      bus.emit('job:again');
      return event;
    });
    expect(() => bus.emit('job:run')).toThrow(MiddlewareError);
  });
});
