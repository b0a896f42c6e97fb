import { describe, expect, it } from '@jest/globals';
import {
  type BusEvent,
  InvalidTopicError,
  type Observer,
  pinoObserver,
  RootEventBus,
} from 'nestjs-event-bus';
import { pino } from 'pino';

interface Line {
  level: number;
  msg: string;
  err?: { type: string; message: string; stack: string };
  [field: string]: unknown;
}

/** A bus that logs to a real pino logger, and what was written. */
function loggedBus(level = 'debug') {
  const written: string[] = [];
  const logger = pino({ level, base: null, timestamp: false }, { write: (line) => void written.push(line) });
  const root = new RootEventBus();
  root.observe(pinoObserver(logger));
  return {
    root,
    bus: root.as({ module: 'Orders', class: 'OrderService' }),
    lines: () => written.map((line) => JSON.parse(line) as Line),
    text: () => written.join(''),
  };
}

const secret = { password: 'hunter2' };

describe('The pino observer', () => {
  it('writes every event at debug: id, topic, source, correlation and how many hear it', () => {
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
        msg: 'order:placed emitted',
      },
    ]);
  });

  it('writes at info that the bus closed: what was drained, aborted and dropped', async () => {
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
        msg: 'The event bus closed: 3 drained, 0 aborted, 0 events dropped',
      },
    ]);
    const quiet = loggedBus('warn');
    await quiet.root.close();
    expect(quiet.lines()).toEqual([]);
  });

  it('never writes data or metadata, at whatever level, of whatever comes of an event', async () => {
    const { bus, root, text, lines } = loggedBus('trace');
    bus.on('order:placed', () => {
      throw Object.assign(new Error('failed'), { secret, response: { headers: secret } });
    });
    root.use((event) => (event.topic === 'order:dropped' ? null : event));
    bus.emit('order:placed', secret, { metadata: secret });
    bus.emit('order:dropped', secret, { metadata: secret });
    expect(() => bus.emit('no topic', secret)).toThrow(InvalidTopicError);
    await root.close();
    bus.emit('order:late', secret, { metadata: secret });
    expect(lines().length).toBeGreaterThan(4);
    expect(text()).not.toContain('hunter2');
    expect(text()).not.toContain('password');
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
    const observer = pinoObserver(logger);
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
    const observer = pinoObserver(pino({ level: 'trace' }));
    expect(hooks.filter((hook) => hook in observer)).toEqual([]);
  });

  it('does without the levels that a logger lacks', () => {
    const written: string[] = [];
    const logger = pino(
      { customLevels: { loud: 70 }, useOnlyCustomLevels: true, level: 'loud' },
      { write: (line: string) => void written.push(line) },
    );
    const root = new RootEventBus();
    root.observe(pinoObserver(logger as never));
    root.on('a:b', () => {
      throw new Error('failed');
    });
    expect(() => root.emit('a:b')).not.toThrow();
    expect(written).toEqual([]);
  });
});
