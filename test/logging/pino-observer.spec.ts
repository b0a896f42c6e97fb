import { describe, expect, it } from '@jest/globals';
import {
  type BusEvent,
  defineEvent,
  InvalidDataError,
  InvalidTopicError,
  type LogOptions,
  MiddlewareError,
  type Observer,
  pinoObserver,
  RootEventBus,
  type RootEventBusOptions,
} from 'nestjs-event-bus';
import { pino } from 'pino';
import { controlledPromise } from '../support/controlled-promise.js';
import { schemaOf } from '../support/standard-schema.js';

interface Line {
  level: number;
  msg: string;
  err?: { type: string; message: string; stack: string };
  [field: string]: unknown;
}

/** A bus that logs to a real pino logger, and what was written. */
function loggedBus(level = 'debug', options: LogOptions & RootEventBusOptions = {}) {
  const written: string[] = [];
  const logger = pino({ level, base: null, timestamp: false }, { write: (line) => void written.push(line) });
  const { sensitive = [], ...rest } = options;
  const root = new RootEventBus({ sensitive });
  root.observe(pinoObserver(root, logger, rest));
  return {
    root,
    bus: root.as({ module: 'Orders', class: 'OrderService' }),
    lines: () => written.map((line) => JSON.parse(line) as Line),
    text: () => written.join(''),
  };
}

const secret = { password: 'hunter2' };

describe('The pino observer', () => {
  it('writes every event at debug: id, topic, source, correlation, how many hear it, and its data', () => {
    const { bus, lines } = loggedBus();
    bus.on('order:placed', () => {});
    const event = bus.emit('order:placed', 1);
    expect(lines()).toEqual([
      {
        level: 20,
        eventId: event.id,
        topic: 'order:placed',
        source: 'Orders/OrderService',
        correlationId: event.correlationId,
        subscriptions: 1,
        data: 1,
        msg: 'order:placed emitted',
      },
    ]);
  });

  it('writes at info that the bus closed: what was drained, aborted, dropped and refused', async () => {
    const { root, bus, lines } = loggedBus('info');
    bus.on('order:placed', async () => {});
    for (let order = 0; order < 3; order++) bus.emit('order:placed', order);
    await root.close();
    expect(lines()).toEqual([
      {
        level: 30,
        drained: 3,
        aborted: 0,
        dropped: 0,
        refused: 0,
        msg: 'The event bus closed: 3 drained, 0 aborted, 0 events dropped, 0 refused',
      },
    ]);
    const quiet = loggedBus('warn');
    await quiet.root.close();
    expect(quiet.lines()).toEqual([]);
  });

  it('writes what queues lost and refused while the bus was closing, and not what they did before', async () => {
    const { root, bus, lines } = loggedBus('info');
    const gate = controlledPromise();
    for (const overflow of ['refuse', 'drop-oldest'] as const) {
      bus.on('order:placed', () => gate.promise, { queue: { capacity: 1, overflow }, key: overflow });
    }
    const place = (orders: number): void => {
      for (let order = 0; order < orders; order++) bus.emit('order:placed', order);
    };
    place(1);
    await new Promise((resolve) => setImmediate(resolve)); // the queues have handed it over
    place(2);
    const closed = root.close();
    place(3);
    gate.resolve();
    await closed;
    expect(lines().at(-1)).toEqual({
      level: 30,
      drained: 4,
      aborted: 0,
      dropped: 3,
      refused: 3,
      msg: 'The event bus closed: 4 drained, 0 aborted, 3 events dropped, 3 refused',
    });
  });

  it('shows no secret, at whatever level, of whatever comes of an event; and no metadata', async () => {
    const { bus, root, text, lines } = loggedBus('trace');
    bus.on('order:placed', () => {
      throw Object.assign(new Error(`no login with ${secret.password}`), {
        secret,
        response: { headers: secret },
      });
    });
    root.use((event) => (event.topic === 'order:dropped' ? null : event));
    bus.emit('order:placed', secret, { metadata: { note: 'hunter2' } });
    bus.emit('order:dropped', secret, { metadata: { note: 'hunter2' } });
    expect(() => bus.emit('no topic', secret)).toThrow(InvalidTopicError);
    await root.close();
    bus.emit('order:late', secret, { metadata: { note: 'hunter2' } });
    expect(lines().length).toBeGreaterThan(4);
    expect(lines()).toContainEqual(expect.objectContaining({ data: { password: '[Redacted]' } }));
    expect(lines()).toContainEqual(
      expect.objectContaining({
        err: expect.objectContaining({ message: 'no login with [Redacted]' }),
      }),
    );
    expect(text()).not.toContain('hunter2');
  });

  it('writes a failed handler at error: its label, the event and the error with its stack', () => {
    const { bus, lines } = loggedBus('info');
    const event = bus.emit('order:none');
    expect(event.topic).toBe('order:none');
    bus.on('order:placed', function charge() {
      throw new TypeError('no card');
    });
    const { id } = bus.emit('order:placed', 1);
    expect(lines()).toMatchObject([
      {
        level: 50,
        handler: 'Orders/OrderService.charge',
        eventId: id,
        topic: 'order:placed',
        msg: 'Orders/OrderService.charge failed on order:placed',
        err: { type: 'TypeError', message: 'no card', stack: expect.stringContaining('pino-observer.spec') },
      },
    ]);
  });

  it('tells a failed filter from a failed handler', () => {
    const { bus, lines } = loggedBus('error');
    const filter = (): boolean => {
      throw new Error('bad filter');
    };
    bus.on('order:placed', function charge() {}, { filter });
    bus.emit('order:placed', 1);
    expect(lines()).toMatchObject([
      {
        msg: 'The filter of Orders/OrderService.charge failed on order:placed',
        err: { message: 'bad filter' },
      },
    ]);
  });

  it('writes attempts that will be repeated at info, and how many there were when it failed for good', async () => {
    const { bus, root, lines } = loggedBus('info');
    const charge = (): never => {
      throw new Error('no card');
    };
    bus.on('order:placed', charge, { retry: { attempts: 2, backoff: 0 } });
    const { id } = bus.emit('order:placed', secret);
    await root.idle();
    const about = { handler: 'Orders/OrderService.charge', eventId: id, err: { message: 'no card' } };
    expect(lines()).toMatchObject([
      {
        ...about,
        level: 30,
        attempt: 1,
        msg: 'Orders/OrderService.charge failed on order:placed and is called again in 0 ms',
      },
      {
        ...about,
        level: 50,
        deadLetter: root.deadLetters.list()[0]!.id,
        msg: 'Orders/OrderService.charge failed on order:placed, 2 times',
      },
    ]);
  });

  it('writes at warn that a handler is paused, and at info that it is resumed', () => {
    const { bus, lines } = loggedBus('info');
    const charge = (): never => {
      throw new Error('no card');
    };
    const subscription = bus.on('order:*', charge, { pause: { failures: 1, resumeAfter: 500 } });
    bus.emit('order:placed');
    subscription.resume();
    const lasting = bus.on('order:paid', charge, { key: 'b', pause: { failures: 1, resumeAfter: Infinity } });
    subscription.unsubscribe();
    bus.emit('order:paid');
    lasting.unsubscribe();
    expect(lines().filter(({ level }) => level < 50)).toMatchObject([
      {
        level: 40,
        handler: 'Orders/OrderService.charge',
        topic: 'order:placed',
        failures: 1,
        msg: 'Orders/OrderService.charge is paused on order:* until a trial in 500 ms: failures in a row: 1',
      },
      { level: 30, msg: 'Orders/OrderService.charge is resumed on order:*' },
      { level: 40, msg: expect.stringContaining('paused on order:paid until resume() is called') },
    ]);
  });

  it('writes a failed task at error', async () => {
    const { bus, root, lines } = loggedBus('error');
    bus.track('reindex', Promise.reject(new Error('no index')));
    await root.idle();
    expect(lines()).toMatchObject([
      {
        level: 50,
        task: 'reindex',
        source: 'Orders/OrderService',
        msg: 'The task "reindex" failed',
        err: { message: 'no index', stack: expect.stringContaining('pino-observer.spec') },
      },
    ]);
  });

  it('writes what was taken for a topic masked, cut and on one line', () => {
    const { root, text, lines } = loggedBus();
    for (const topic of ['https://ann:hunter2@host/', 'user:x?password=hunter2', 'a:*\ntoken=hunter2'])
      expect(() => root.emit(topic)).toThrow(InvalidTopicError);
    expect(() => root.emit(`a:${'b'.repeat(1_000_000)}`)).toThrow(InvalidTopicError);
    expect(lines().map(({ msg }) => msg.slice(0, 50))).toEqual([
      'https://[Redacted]@host/ was refused',
      'user:x?password=[Redacted] was refused',
      'a:*\\ntoken=[Redacted] was refused',
      `a:${'b'.repeat(48)}`,
    ]);
    expect(text()).not.toContain('hunter2');
    expect(text().length).toBeLessThan(100_000);
  });

  it('writes warnings and refused calls at warn', () => {
    const { bus, root, lines } = loggedBus('warn');
    root.warn({ code: 'EVENT_BUS_TEST', message: 'Attention.' });
    expect(() => bus.emit('order:*' as never)).toThrow(InvalidTopicError);
    expect(() => bus.emit(5 as never)).toThrow(InvalidTopicError);
    expect(lines()).toMatchObject([
      { level: 40, code: 'EVENT_BUS_TEST', msg: 'Attention.' },
      {
        level: 40,
        source: 'Orders/OrderService',
        msg: 'order:* was refused',
        err: { type: 'InvalidTopicError', code: 'EVENT_BUS_INVALID_TOPIC' },
      },
      { level: 40, msg: 'An emit was refused', err: { type: 'InvalidTopicError' } },
    ]);
  });

  it('writes an event that came too late at warn, and one that a middleware dropped at debug', async () => {
    const { bus, root, lines } = loggedBus();
    const remove = root.use(() => null);
    bus.emit('order:dropped');
    remove();
    await root.close();
    bus.emit('order:late');
    expect(lines().filter(({ topic }) => topic !== undefined)).toMatchObject([
      { level: 20, topic: 'order:dropped', msg: expect.stringContaining('a middleware dropped it') },
      { level: 40, topic: 'order:late', msg: expect.stringContaining('was closed') },
    ]);
  });

  it('writes the first event that a full queue loses, then how many it were once there is room again', async () => {
    const { bus, lines } = loggedBus('warn');
    const stream = bus.stream('order:placed', { capacity: 2 });
    for (let n = 0; n < 10; n++) bus.emit('order:placed', n);
    expect(lines()).toMatchObject([
      { level: 40, topic: 'order:placed', msg: expect.stringContaining('is full and loses events') },
    ]);
    await stream.next();
    expect(lines()).toMatchObject([
      {},
      { level: 40, losses: 8, msg: expect.stringContaining('has room again, after 8 losses') },
    ]);
    for (let n = 0; n < 10; n++) bus.emit('order:placed', n);
    expect(lines()).toHaveLength(3);
    await stream.return();
  });

  it('writes that a queue refuses events, and that what waited went with its subscription', () => {
    const { bus, lines } = loggedBus('warn');
    const queue = { capacity: 1, overflow: 'refuse' } as const;
    const subscription = bus.on('order:placed', function mail() {}, { queue });
    for (let n = 0; n < 3; n++) bus.emit('order:placed', n);
    subscription.unsubscribe();
    expect(lines()).toMatchObject([
      { topic: 'order:placed', msg: expect.stringContaining('is full and refuses events') },
      { losses: 2 },
      { level: 40, events: 1, msg: expect.stringContaining('.mail ended, and 1 events in its queue') },
    ]);
  });

  it('looks at the level before it does anything else', () => {
    const logger = pino({ level: 'silent' }, { write: () => expect(true).toBe(false) });
    const untouchable = new Proxy(
      {},
      {
        get: (_, key) => {
          throw new Error(`${String(key)} was read`);
        },
      },
    );
    const observer = pinoObserver(new RootEventBus(), logger);
    const event = untouchable as BusEvent;
    expect(() => {
      observer.emitted?.(event, 1);
      observer.failed?.({ event, subscription: event, error: event, phase: 'handler' } as never);
      observer.taskFailed?.(untouchable as never, event);
      observer.dropped?.(event, 'closed');
      observer.dropped?.(event, 'middleware');
      observer.overflowed?.(event, untouchable as never, 1, 'dropped');
      observer.refused?.({ topic: event, source: undefined, error: event });
    }).not.toThrow();
  });

  it('asks for nothing that it does not write, so that the bus need not tell it', () => {
    const hooks: (keyof Observer)[] = ['delivered', 'skipped', 'subscribed', 'unsubscribed'];
    const observer = pinoObserver(new RootEventBus(), pino({ level: 'trace' }));
    expect(hooks.filter((hook) => hook in observer)).toEqual([]);
  });

  it('does without the levels that a logger lacks', () => {
    const written: string[] = [];
    const logger = pino(
      { customLevels: { loud: 70 }, useOnlyCustomLevels: true, level: 'loud' },
      { write: (line: string) => void written.push(line) },
    );
    const root = new RootEventBus();
    root.observe(pinoObserver(root, logger as never));
    root.on('a:b', () => {
      throw new Error('failed');
    });
    expect(() => root.emit('a:b')).not.toThrow();
    expect(written).toEqual([]);
  });

  it('writes events at the level of the first pattern that matches, and none that is silent', () => {
    const levels = { 'order:placed': 'info', 'order:*': 'trace', 'beat:**': 'silent' } as const;
    const { bus, root, lines } = loggedBus('trace', { levels });
    root.use((event) => (event.topic === 'order:dropped' ? null : event));
    for (const topic of ['order:placed', 'order:paid', 'beat:heart.loud', 'job:run', 'order:dropped'])
      bus.emit(topic);
    expect(lines().map(({ topic, level }) => [topic, level])).toEqual([
      ['order:placed', 30],
      ['order:paid', 10],
      ['job:run', 20],
      ['order:dropped', 10],
    ]);
  });

  it('writes failures of a silent topic all the same', () => {
    const { bus, lines } = loggedBus('trace', { levels: { '**': 'silent' } });
    bus.on('order:placed', () => {
      throw new Error('no card');
    });
    bus.emit('order:placed');
    expect(lines()).toMatchObject([{ level: 50, topic: 'order:placed' }]);
  });

  it('follows a level that changes while the application runs', () => {
    const written: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line) => void written.push(line) });
    const root = new RootEventBus();
    root.observe(pinoObserver(root, logger));
    root.emit('a:b');
    logger.level = 'debug';
    root.emit('a:b');
    logger.level = 'info';
    root.emit('a:b');
    expect(written).toHaveLength(1);
  });

  it('writes no data of sensitive events and of redacted topics, not even to a summary', () => {
    const { bus, text, lines } = loggedBus('trace', {
      sensitive: ['vault:*'],
      redact: { topics: ['card:*'] },
      summarize: { '**': (data) => data },
      serializers: { data: (data) => data },
    });
    for (const topic of ['vault:opened', 'card:charged']) bus.emit(topic, { note: 'hunter2' });
    expect(lines()).toEqual([
      expect.not.objectContaining({ data: expect.anything() }),
      expect.not.objectContaining({ data: expect.anything() }),
    ]);
    expect(text()).not.toContain('hunter2');
  });

  it('writes no message of what was thrown on such events, but what kind it was and where', async () => {
    const { bus, root, text, lines } = loggedBus('trace', {
      sensitive: ['vault:*'],
      redact: { topics: ['card:*'] },
    });
    bus.on('*:*', function open(): void {
      throw new TypeError('hunter2', { cause: new SyntaxError('hunter2 is no JSON') });
    });
    bus.on('*:*', (): void => {
      throw 'hunter2'; // oxlint-disable-line no-throw-literal -- anything can be thrown
    });
    for (const topic of ['vault:opened', 'card:charged']) {
      bus.emit(topic);
      const { err, msg } = lines().find((line) => line.topic === topic && line.level === 50)!;
      expect(msg).toBe(`Orders/OrderService.open failed on ${topic}`);
      expect(err).toMatchObject({ type: 'TypeError', message: expect.stringMatching(/not shown/) });
      expect(err?.stack).toMatch(
        /^TypeError: \(not shown.*\)\n +at .*pino-observer\.spec[^]*SyntaxError: \(not/,
      );
    }
    const failOn = (topic: string) => (event: BusEvent) => {
      if (event.topic === topic) throw new Error('hunter2');
      return event;
    };
    root.use(failOn('vault:opened'));
    root.use(failOn('card:charged'));
    expect(() => bus.emit('vault:opened')).toThrow(MiddlewareError);
    await bus.emitAsync('card:charged').catch(() => {});
    expect(lines().filter(({ msg }) => msg.endsWith('was refused'))).toHaveLength(2);
    expect(text()).not.toContain('hunter2');
  });

  it('writes of a refusal for its data what is wrong, but not the secret that is', () => {
    const schema = schemaOf(() => ({
      issues: [
        { message: 'expected a number, received "hunter2"', path: ['user', 'password'] },
        { message: 'too small', path: ['age'] },
      ],
    }));
    const { bus, text, lines } = loggedBus('warn');
    expect(() => bus.emit(defineEvent('user:added', { schema }), { pin: 'hunter2' })).toThrow(
      InvalidDataError,
    );
    expect(lines()).toMatchObject([
      { err: { message: expect.stringMatching(/user\.password: \[Redacted\]; age: too small\./) } },
    ]);
    expect(text()).not.toContain('hunter2');
  });

  it('writes a summary instead of the data: that of the first pattern that matches, redacted and cut as well', () => {
    const { bus, lines } = loggedBus('debug', {
      maxDataLength: 60,
      summarize: {
        'order:placed': ({ items }: { items: unknown[] }, event) => `${items.length} items, ${event.topic}`,
        'order:*': () => ({ password: 'hunter2', text: 'x'.repeat(1_000) }),
        'job:*': () => {
          throw new Error('no summary');
        },
      },
    });
    bus.emit('order:placed', { items: [1, 2] });
    bus.emit('order:paid', 1);
    bus.emit('job:run', 1);
    expect(lines().map(({ data }) => data)).toEqual([
      '2 items, order:placed',
      { password: '[Redacted]', text: expect.stringMatching(/^x{10,50}… \(1000 characters\)$/) },
      '[what should have summarized it threw]',
    ]);
  });

  it('lets own serializers have a line’s fields in their words', () => {
    const { bus, lines } = loggedBus('debug', {
      serializers: {
        source: (source) => ({ module: String(source).split('/')[0], token: 'hunter2' }),
        data: (data) => typeof data,
        topic: () => {
          throw new Error('no topic');
        },
        handler: () => 'never there',
      },
    });
    bus.emit('order:placed', { id: 1 });
    expect(lines()).toMatchObject([
      {
        source: { module: 'Orders', token: '[Redacted]' },
        data: 'object',
        topic: '[its serializer threw]',
      },
    ]);
    expect(lines()[0]).not.toHaveProperty('handler');
  });

  it('announces a failure without what was thrown, which stands in the line of the failure', () => {
    const { bus, lines } = loggedBus();
    bus.on('order:placed', () => {
      throw new Error('no card');
    });
    bus.emit('order:placed');
    const announced = lines().find(({ topic }) => topic === 'system:handler_failed');
    expect(announced?.['data']).toMatchObject({ topic: 'order:placed' });
    expect(announced?.['data']).not.toHaveProperty('error');
  });

  it('remembers what it does with a topic of a bounded number of them', () => {
    const { bus, lines } = loggedBus('info', { levels: { 'a:*': 'info' } });
    for (let n = 0; n < 25_000; n++) bus.emit(`b:n${n}`);
    bus.emit('a:b');
    expect(lines()).toHaveLength(1);
  });

  it('forges no line with a label, and no level of severity', () => {
    const { bus, root, lines } = loggedBus('error');
    const handler = { 'x\n{"level":60}\u001b[31m': () => Promise.reject(new Error('failed')) };
    bus.track('y\r\nz', Promise.reject(new Error('failed')));
    bus.on('order:placed', Object.values(handler)[0]!);
    bus.emit('order:placed');
    return root.idle().then(() => {
      for (const { msg } of lines()) expect(msg).not.toMatch(/\p{C}/u);
      expect(
        lines()
          .map(({ msg }) => msg)
          .join(),
      ).toContain('x\\n{"level":60}\\u{1b}[31m failed');
    });
  });
});
