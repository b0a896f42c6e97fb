import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger, type INestApplicationContext, Injectable, Logger } from '@nestjs/common';
import { inspect } from 'node:util';
import {
  defineEvent,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  observe,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { schemaOf } from '../support/standard-schema.js';
import { captureLog, startApp } from './app.js';

const SECRET = 'hunter2-XyZ';
afterEach(() => {
  Logger.overrideLogger(false);
  jest.restoreAllMocks();
});

/** Throws what it was given, in every way. */
@Injectable()
class Careless {
  @OnEvent(['user:*', 'vault:*', 'login:failed'])
  repeat(data: { password: string }): void {
    throw Object.assign(
      new Error(`no login for ${data?.password}`, { cause: new Error(JSON.stringify(data)) }),
      {
        request: data,
        stolen: SECRET,
      },
    );
  }

  @OnEvent(['user:*', 'vault:*'])
  async connect(data: { password: string }): Promise<void> {
    await Promise.resolve();
    throw new AggregateError(
      [new Error(`https://ann:${data?.password}@db/?token=${data?.password}`)],
      'both',
    );
  }

  @OnEvent(['user:*', 'vault:*'])
  say(data: unknown): void {
    throw JSON.stringify(data); // oxlint-disable-line no-throw-literal -- anything can be thrown
  }
}

const refuse = schemaOf((value) => ({
  issues: [{ message: `received ${JSON.stringify(value)}`, path: ['password'] }],
}));
const Refused = defineEvent('user:refused', { schema: refuse });
const RefusedToo = defineEvent('vault:refused', { schema: refuse, sensitive: true });

const data = {
  id: 5,
  password: SECRET,
  nested: { list: [{ API_KEY: SECRET, map: new Map([['access-token', SECRET]]) }] },
  url: `https://ann:${SECRET}@host/?token=${SECRET}`,
  raw: JSON.stringify({ secret: SECRET }),
};

/** Where lines go: an app's pino, or Nest's console logger. */
const destinations: Record<
  string,
  () => { logging: object; attach: (app: INestApplicationContext) => void; text: () => string }
> = {
  pino() {
    const { logger, text } = captureLog('trace');
    return { logging: { logger }, attach: () => {}, text };
  },
  'Nest’s Logger'() {
    const printed: string[] = [];
    const attach = (app: INestApplicationContext): void => {
      const printer = new ConsoleLogger({
        logLevels: ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
        colors: false,
      });
      for (const stream of ['stdout', 'stderr'] as const) {
        jest.spyOn(process[stream], 'write').mockImplementation((text) => (printed.push(String(text)), true));
      }
      app.useLogger(printer);
    };
    return { logging: { level: 'trace' as const }, attach, text: () => printed.join('') };
  },
};

type Destination = (typeof destinations)[string];
const through = Object.entries(destinations);

async function start(make: Destination, options: EventBusModuleOptions) {
  const { logging, attach, text } = make();
  const app = await startApp(
    { imports: [EventBusModule.forFeature([Refused, RefusedToo])], providers: [Careless] },
    { ...options, logging: { ...(options.logging as object), ...logging } },
  );
  attach(app);
  const root = app.get(RootEventBus);
  return { app, root, bus: app.get(EventBus), text };
}

/** Does all that can be done with an event. */
async function abuse(
  bus: EventBus,
  root: RootEventBus,
  domain: string,
  metadata: Record<string, unknown> = { headers: { authorization: SECRET }, note: SECRET },
): Promise<void> {
  bus.emit(`${domain}:added`, data, { metadata });
  await bus.emitAsync(`${domain}:added`, data, { metadata });
  await bus.hold((held) => held.emit(`${domain}:added`, data, { metadata }));
  bus.scope('tenant').emit(`${domain}:added`, data, { metadata });
  expect(() => bus.emit(`${domain}:refused`, data)).toThrow(/user:refused|vault:refused/);
  await bus.emitAsync(`${domain}:refused`, data).catch(() => {});
  const remove = root.use((event) => (event.topic === `${domain}:dropped` ? null : event));
  bus.emit(`${domain}:dropped`, data, { metadata });
  remove();
  const removeToo = root.use((event) => {
    if (event.topic === `${domain}:failed`) throw new Error(`password=${SECRET}`);
    return event;
  });
  expect(() => bus.emit(`${domain}:failed`, data)).toThrow(/A middleware failed/);
  removeToo();
  bus.track('sync', Promise.reject(new Error(`no answer from https://ann:${SECRET}@host/?apiKey=${SECRET}`)));
  await root.idle();
  await root.close();
  bus.emit(`${domain}:late`, data, { metadata });
}

it.each(through)(
  'The log shows nothing of a secret, at whatever level, of whatever comes of an event: %s',
  async (_, make) => {
    const { root, bus, text } = await start(make, {});
    await abuse(bus, root, 'user');
    expect(text()).toContain('user:added');
    expect(text()).toContain('no login for [Redacted]');
    expect(text()).toContain('user:refused was refused');
    expect(text()).toContain('user:late was delivered to nobody');
    expect(text()).not.toContain(SECRET);
  },
);

it.each(through)(
  'History, streams, replays, dead letters and the log show nothing of a sensitive event but that it happened: %s',
  async (_, make) => {
    const { root, bus, text } = await start(make, { sensitive: ['vault:*'], history: { capacity: 1_000 } });
    const shown: unknown[] = [];
    observe(bus, '**', { capacity: 1_000 }).subscribe((event) => shown.push(event));
    const stream = bus.stream('**', { capacity: 1_000 });
    const sensitive = { note: SECRET }; // what no name tells
    bus.emit('vault:opened', sensitive, { metadata: sensitive });
    bus.on('vault:*', (...args) => void shown.push(...args.slice(0, 2)), { replay: 'last' }).unsubscribe();
    shown.push(await bus.waitFor('vault:*', { past: true }));
    await abuse(bus, root, 'vault');
    for await (const event of stream) shown.push(event);
    shown.push(
      root.history.recent(),
      root.history.last('vault:added'),
      root.inspect(),
      root.deadLetters.list(),
    );
    expect(root.deadLetters.list({ pattern: 'vault:added' }).length).toBeGreaterThan(3);
    const all = everything(shown);
    expect(all).toContain('vault:added');
    expect(all).toContain('system:handler_failed');
    expect(all).not.toContain(SECRET);
    expect(text()).toContain('vault:added emitted');
    expect(text()).toContain('AppModule/Careless.repeat failed on vault:added');
    expect(text()).not.toContain(SECRET);
    // Neither does it say what else the data was.
    expect(text()).not.toContain('nested');
  },
);

/** All that a value holds, whether a log would print it or not. */
const everything = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null });

it.each(through)(
  'History, streams and dead letters show nothing of a secret under a listed name, nor of what was thrown with it: %s',
  async (_, make) => {
    const { root, bus, text } = await start(make, {
      history: { capacity: 1_000 },
      logging: { redact: { keys: ['iban'], paths: ['customer.note'], topics: ['user:gone'] } },
    });
    const shown: unknown[] = [];
    observe(bus, '**', { capacity: 1_000 }).subscribe((event) => shown.push(event));
    const stream = bus.stream('**', { capacity: 1_000 });
    bus.emit('user:moved', { IBAN: SECRET, customer: { note: SECRET, name: 'Ann' } });
    bus.emit('user:gone', { note: SECRET });
    await abuse(bus, root, 'user', { headers: { authorization: SECRET } });
    for await (const event of stream) shown.push(event);
    shown.push(root.history.recent(), root.history.last('user:added'), root.deadLetters.list());
    expect(root.deadLetters.list({ pattern: 'user:added' }).length).toBeGreaterThan(3);
    expect(root.history.last('user:moved')).toMatchObject({
      data: { IBAN: '[Redacted]', customer: { note: '[Redacted]', name: 'Ann' } },
    });
    expect(root.history.last('user:gone')).toMatchObject({ data: undefined });
    expect(everything(shown)).toContain('no login for [Redacted]');
    expect(everything(shown)).not.toContain(SECRET);
    expect(text()).toContain('user:moved emitted');
    expect(text()).not.toContain(SECRET);
  },
);

describe('What is not shown', () => {
  const emitted = { password: SECRET, iban: SECRET, note: SECRET };
  const REDACTED = '[Redacted]';
  const last = async (options: EventBusModuleOptions) => {
    const { logger, text } = captureLog('trace');
    const logging = options.logging === false ? false : { logger, ...options.logging };
    const root = (await startApp({}, { ...options, logging })).get(RootEventBus);
    root.emit('user:added', emitted);
    return { history: root.history.last('user:added')?.data, text: text() };
  };

  it('holds without a log, and has its own option', async () => {
    const { history } = await last({ logging: false, redact: { keys: ['iban'] } });
    expect(history).toEqual({ password: REDACTED, iban: REDACTED, note: SECRET });
  });

  it('is what both options say, for history and the log alike', async () => {
    const { history, text } = await last({ redact: { keys: ['iban'] }, logging: { redact: { paths: ['note'] } } });
    expect(history).toEqual({ password: REDACTED, iban: REDACTED, note: REDACTED });
    expect(text).toContain('user:added emitted');
    expect(text).not.toContain(SECRET);
  }); // prettier-ignore

  it('with `redact: false`, history and streams hand out what was emitted, and the log still no secret', async () => {
    const { history, text } = await last({ redact: false, logging: { redact: { keys: ['iban', 'note'] } } });
    expect(history).toBe(emitted);
    expect(text).toContain('user:added emitted');
    expect(text).not.toContain(SECRET);
  });
});

it.each(through)(
  'No line of the log can be forged through data, labels or what was thrown: %s',
  async (_, make) => {
    const { root, bus, text } = await start(make, {});
    const forged = 'x\r\n[Nest] 1  - LOG [Login] forged\u2028forged\u001b[2K\u0085forged eventId=forged';
    const error = Object.assign(new Error(forged), { name: forged, code: forged });
    error.stack = `${forged}\nforged at column 0`;
    bus.on('order:placed', Object.defineProperty(() => { throw error; }, 'name', { value: forged })); // prettier-ignore
    bus.emit('order:placed', { [forged]: forged });
    bus.emit('order:paid', forged);
    root.emit('order:sent', 1, { source: forged });
    root.warn({ code: forged, message: forged });
    bus.track(forged, Promise.reject(error));
    await root.idle();
    const lines = text().split('\n').filter((line) => line !== ''); // prettier-ignore
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      if (make === destinations['pino']) {
        expect(JSON.parse(line)).toMatchObject({
          level: expect.any(Number),
          msg: expect.not.stringMatching(/\p{C}/u),
        });
        continue;
      }
      expect(line).not.toMatch(/[\p{C}\u2028]/u);
      expect(line).toMatch(/^(\[Nest\] \d+ {2}- \d+\/.* \[EventBus\] .*| {2}.*)$/);
      // Within a line, a field's name stands before what could pass for one, and quotes stand around it.
      expect(line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(' msg')[0]).not.toMatch(
        /subscriptions=.*eventId=forged/,
      );
    }
  },
);
