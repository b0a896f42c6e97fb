import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import type { BusEvent, HandlerFailed } from 'nestjs-event-bus/core';
import {
  defineEvent,
  EventBusError,
  InvalidDataError,
  MiddlewareError,
  RootEventBus,
  SchemaError,
} from 'nestjs-event-bus/core';
import { schemaOf } from '../../support/standard-schema.js';

const SECRET = 'hunter2';
const data = { password: SECRET };
const emitted = { metadata: { headers: { authorization: SECRET } } };

const Unsealed = defineEvent('vault:unsealed', { sensitive: true, retain: true });

/** Where events can be sensitive in either way; nothing else differs. */
const ways = [
  ['by definition', {}, Unsealed],
  ['by pattern', { sensitive: ['vault:*'] }, defineEvent('vault:unsealed', { retain: true })],
] as const;

/** All that a value holds, whether a log would print it or not. */
const everything = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: null });

let printed: jest.SpiedFunction<typeof console.error>;
beforeEach(() => {
  printed = jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => printed.mockRestore());

describe.each(ways)('An event that is sensitive %s', (_, options, definition) => {
  let bus: RootEventBus;
  beforeEach(() => {
    bus = new RootEventBus(options);
    bus.register(definition);
  });

  it('reaches its handlers whole, and the waits and observers that are there', async () => {
    const heard: unknown[] = [];
    const told: BusEvent[] = [];
    bus.observe({ emitted: (event) => told.push(event) });
    bus.on('vault:*', (...args) => void heard.push(...args.slice(0, 2)));
    const waited = bus.waitFor('vault:unsealed');
    const event = bus.emit('vault:unsealed', data, emitted);
    expect(event).toMatchObject({ data, ...emitted });
    expect(heard).toEqual([data, event]);
    expect(await waited).toBe(event);
    expect(told).toEqual([event]);
    const report = await bus.emitAsync('vault:unsealed', data);
    expect(report.event.data).toBe(data);
  });

  it('is in the history as an occurrence, without data and metadata', () => {
    const cause = bus.emit('job:run');
    const { id, timestamp, correlationId } = bus.as({ module: 'Vault', class: 'Door' }).emit(
      'vault:unsealed',
      data,
      { ...emitted, causedBy: cause }, // all of the envelope is kept
    );
    const occurrence = {
      id,
      topic: 'vault:unsealed',
      data: undefined,
      timestamp,
      source: 'Vault/Door',
      scope: undefined,
      correlationId,
      causationId: cause.id,
      metadata: {},
    };
    expect(correlationId).toBe(cause.id);
    expect(bus.history.last('vault:*')).toEqual(occurrence);
    expect(bus.history.recent({ pattern: 'vault:*' })).toEqual([occurrence]);
    expect(everything(bus.history.recent())).not.toContain(SECRET);
  });

  it('streams as an occurrence, also what waits in the queue', async () => {
    const [live, queued] = [bus.stream('**'), bus.stream('vault:unsealed')];
    const next = live.next();
    bus.emit('vault:unsealed', data, emitted);
    const events = [(await next).value, (await queued.next()).value];
    expect(events).toMatchObject([
      { topic: 'vault:unsealed', data: undefined, metadata: {} },
      { topic: 'vault:unsealed', data: undefined, metadata: {} },
    ]);
    expect(everything(events)).not.toContain(SECRET);
    expect(events[0]).toBe(events[1]); // one copy for all
  });

  it('replays as an occurrence, whether retained or from the history, and to waitFor', async () => {
    for (const pattern of ['vault:unsealed', 'vault:opened']) {
      const past = new RootEventBus({ sensitive: ['vault:*'] });
      past.register(Unsealed);
      past.emit(pattern, data, emitted);
      const replayed = jest.fn();
      past.on(pattern, replayed, { replay: 'last' });
      expect(replayed.mock.calls).toMatchObject([[undefined, { topic: pattern, metadata: {} }]]);
      const event = await past.waitFor(pattern, { past: true });
      expect(event).toMatchObject({ topic: pattern, data: undefined, metadata: {} });
    }
  });

  it('asks a filter of the past with what would be delivered: no data', async () => {
    bus.emit('vault:unsealed', data);
    const filter = jest.fn((given: unknown) => given === undefined);
    expect((await bus.waitFor('vault:unsealed', { past: true, filter })).data).toBeUndefined();
    expect(filter.mock.calls[0]?.[0]).toBeUndefined();
  });

  it('is told by isSensitive() and shown(), one copy for each event', () => {
    const event = bus.emit('vault:unsealed', data);
    const shown = bus.shown(event);
    expect(bus.isSensitive('vault:unsealed')).toBe(true);
    expect(shown).toMatchObject({ id: event.id, data: undefined });
    expect(bus.shown(event)).toBe(shown);
    expect(bus.shown(shown)).toBe(shown);
    const other = bus.emit('job:run', data);
    expect(bus.isSensitive('job:run')).toBe(false);
    expect(bus.shown(other)).toBe(other);
  });

  it('is the same when a scope emits it or a hold delivers it', async () => {
    const scope = bus.scope('tenant');
    scope.emit('vault:unsealed', data, emitted);
    await bus.hold((held) => held.emit('vault:unsealed', data, emitted));
    expect(bus.history.recent()).toHaveLength(2);
    expect(everything(bus.history.recent())).not.toContain(SECRET);
    expect((await scope.waitFor('vault:*', { past: true })).data).toBeUndefined();
  });

  it('announces a handler that failed without what it threw, where that is shown', async () => {
    const announced: HandlerFailed[] = [];
    bus.on('system:handler_failed', (failure) => void announced.push(failure));
    const stream = bus.stream('system:*');
    bus.on('vault:unsealed', function open(): void {
      throw new Error(`wrong: ${SECRET}`);
    });
    const { id } = bus.emit('vault:unsealed', data);
    expect(announced).toMatchObject([{ error: { message: `wrong: ${SECRET}` } }]);
    const shown = [bus.history.last('system:handler_failed'), (await stream.next()).value];
    for (const event of shown) {
      expect(event?.data).toMatchObject({ eventId: id, topic: 'vault:unsealed', handler: 'open' });
      expect(event?.data).toHaveProperty('error', undefined);
    }
    expect(everything(bus.history.recent())).not.toContain(SECRET);
  });
});

describe('Sensitivity', () => {
  it('of other events is none: they are shown themselves', async () => {
    const bus = new RootEventBus({ sensitive: ['vault:*'] });
    bus.on('job:run', () => {
      throw new Error('failed');
    });
    const stream = bus.stream('job:run');
    const event = bus.emit('job:run', data);
    expect(bus.history.last('job:run')).toBe(event);
    expect((await stream.next()).value).toBe(event);
    expect(bus.history.last('system:*')?.data).toMatchObject({ error: { message: 'failed' } });
  });

  it('holds for what happened before its definition was known', () => {
    const bus = new RootEventBus({ history: { capacity: 3 } });
    for (let n = 0; n < 5; n++) bus.emit('vault:unsealed', data);
    const kept = bus.emit('job:run', data);
    bus.register(Unsealed);
    const topics = bus.history.recent().map((event) => [event.topic, event.data]);
    expect(topics).toEqual([
      ['vault:unsealed', undefined],
      ['vault:unsealed', undefined],
      ['job:run', data],
    ]);
    expect(bus.history.last('job:run')).toBe(kept);
  });

  it('is asked of each topic, however many there are', () => {
    const bus = new RootEventBus({ sensitive: ['vault:*.key'] });
    const numbers = Array.from({ length: 25_000 }, (_unused, n) => n);
    expect(numbers.filter((n) => !bus.isSensitive(`vault:n${n}.key`))).toEqual([]);
    expect(numbers.filter((n) => bus.isSensitive(`vault:n${n}.name`))).toEqual([]);
  });

  it('survives a middleware that leaves nothing of an announcement', () => {
    const bus = new RootEventBus({ sensitive: ['vault:*'] });
    bus.use((event) => (event.topic === 'system:handler_failed' ? { data: null } : event));
    bus.on('vault:unsealed', () => {
      throw new Error(SECRET);
    });
    expect(() => bus.emit('vault:unsealed', data)).not.toThrow();
    expect(bus.history.last('system:*')?.data).toBeNull();
  });

  it('keeps what a handler threw from the console of plain Node', () => {
    const bus = new RootEventBus({ sensitive: ['vault:*'] });
    bus.on('**', function open(): void {
      throw new Error(`wrong: ${SECRET}`);
    });
    bus.emit('vault:unsealed', data);
    const text = printed.mock.calls.flat().join('\n');
    expect(text).toMatch(/A handler failed: open on "vault:unsealed".*\n.*since the event is sensitive/);
    expect(text).toContain('open on "system:handler_failed"');
    expect(text).not.toContain(SECRET);
  });

  it('keeps what a handler threw that had but the occurrence, or an announcement of it', () => {
    const bus = new RootEventBus({ sensitive: ['vault:*'] });
    bus.emit('vault:unsealed', data);
    bus.on(
      'vault:unsealed',
      () => {
        throw new Error(SECRET);
      },
      { replay: 'last' },
    );
    bus.emit('vault:opened');
    const letters = bus.deadLetters.list();
    expect(letters).toMatchObject([
      { event: { topic: 'vault:unsealed', data: undefined }, error: undefined },
    ]);
    expect(printed.mock.calls.flat().join()).not.toContain(SECRET);
    expect(everything(bus.history.recent())).not.toContain(SECRET);
  });

  it('keeps data and issues from the error about invalid data', async () => {
    const refuse = schemaOf(() => ({
      issues: [{ message: `received ${SECRET}`, path: [SECRET] }, { message: SECRET }],
    }));
    const Opened = defineEvent('vault:opened', { sensitive: true, schema: refuse });
    const bus = new RootEventBus();
    const errors = [
      await bus.emitAsync(Opened, data).catch((error: unknown) => error),
      thrownBy(() => bus.emit(Opened, data)),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(InvalidDataError);
      expect(error).toMatchObject({
        message: expect.stringMatching(/"vault:opened".*2 issues, not shown since the event is sensitive/),
        issues: [],
        value: undefined,
      });
      expect(everything(error)).not.toContain(SECRET);
    }
  });

  it('keeps what a schema or a middleware threw from the message about it', async () => {
    const boom = (): never => {
      throw new Error(SECRET);
    };
    const bus = new RootEventBus({ sensitive: ['vault:*'] });
    const Opened = defineEvent('vault:opened', { schema: schemaOf(boom) });
    const errors = [thrownBy(() => bus.emit(Opened)), await bus.emitAsync(Opened).catch((e: unknown) => e)];
    expect(errors).toEqual([expect.any(SchemaError), expect.any(SchemaError)]);
    bus.use(boom);
    errors.push(thrownBy(() => bus.emit('vault:closed')));
    expect(errors.at(-1)).toBeInstanceOf(MiddlewareError);
    for (const error of errors) {
      expect((error as Error).message).toMatch(/something that is not shown, since the event is sensitive/);
      expect((error as Error).message).not.toContain(SECRET);
      expect((error as Error).cause).toMatchObject({ message: SECRET }); // for the caller, whose data it is
    }
  });
});

describe('The value that an error bears', () => {
  it('is there for who asks, and not printed by who prints an error', () => {
    const refuse = schemaOf(() => ({ issues: [{ message: 'too short', path: ['password'] }] }));
    const Run = defineEvent('job:run', { schema: refuse });
    const error = thrownBy(() => new RootEventBus().emit(Run, data));
    expect((error as EventBusError).value).toBe(data);
    expect(inspect(error)).not.toContain(SECRET);
    expect(JSON.stringify({ ...(error as object) })).not.toContain(SECRET);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
