import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import {
  type BusEvent,
  defineEvent,
  InvalidOptionError,
  type RedactOptions,
  redactSecrets,
  RootEventBus,
  type RootEventBusOptions,
} from 'nestjs-event-bus';
import { schemaOf } from '../support/standard-schema.js';

const SECRET = 'hunter2-XyZ';
const REDACTED = '[Redacted]';
const everything = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: null });
const busThat = (redact?: RedactOptions, options?: RootEventBusOptions) =>
  new RootEventBus({ ...options, redactor: redactSecrets(redact) });
/** Throws what it was given. */
function login({ password }: { password: string }): never {
  throw Object.assign(new Error(`no login for ${password}`), { request: { password } });
}

afterEach(() => void jest.restoreAllMocks());

describe('A bus with redactSecrets()', () => {
  const data = { user: 'Ann', password: SECRET, url: `https://ann:${SECRET}@host/`, more: { list: [1] } };
  const metadata = { ip: '::1', headers: { authorization: SECRET } };
  const shownData = { ...data, password: REDACTED, url: 'https://[Redacted]@host/' };
  const shownMetadata = { ip: '::1', headers: { authorization: REDACTED } };

  it('gives handlers, waits, replays and observers the real data', async () => {
    const bus = busThat({ topics: ['user:*'] });
    const heard: unknown[] = [];
    bus.observe({ emitted: (event) => heard.push(event.data), delivered: ({ data: given }) => heard.push(given) });
    bus.on('user:added', (given) => void heard.push(given));
    const waited = bus.waitFor('user:added');
    const stream = bus.stream('user:added');
    const event = bus.emit('user:added', data, { metadata });
    heard.push((await waited).data, (await bus.waitFor('user:*', { past: true })).data);
    bus.on('user:*', (given) => void heard.push(given), { replay: 'last' });
    await stream.next();
    expect(event.data).toBe(data);
    expect(heard.length).toBeGreaterThan(6);
    for (const each of heard) expect(each).toBe(data);
  }); // prettier-ignore

  it('shows history and streams all but the secrets, one copy for all', async () => {
    const bus = busThat();
    const [live, queued] = [bus.stream('**'), bus.stream('user:added')];
    const next = live.next();
    const event = bus.emit('user:added', data, { metadata });
    const shown = bus.history.last('user:added')!;
    expect(shown).toEqual({ ...event, data: shownData, metadata: shownMetadata });
    expect((shown.data as typeof data).more).toBe(data.more);
    const others = [bus.history.recent()[0], (await next).value, (await queued.next()).value, bus.shown(event), bus.shown(shown)]; // prettier-ignore
    for (const each of others) expect(each).toBe(shown);
    expect(event).toMatchObject({ data, metadata });
  });

  it('hands out events without secrets themselves', async () => {
    const bus = busThat();
    const stream = bus.stream('**');
    const event = bus.emit('order:placed', { id: 5, customer: { name: 'Ann' } }, { metadata: { a: 1 } });
    expect(bus.history.last('**')).toBe(event);
    expect((await stream.next()).value).toBe(event);
  });

  it('looks at an event when it is first shown, and not at one that nobody reads', () => {
    const bus = busThat();
    const watched = jest.spyOn(Reflect, 'ownKeys');
    for (let n = 0; n < 10; n++) bus.emit('user:added', data);
    bus.stream('**');
    expect(watched.mock.calls.filter(([given]) => given === data)).toEqual([]);
    bus.history.recent({ limit: 1 });
    bus.history.recent({ limit: 1 });
    expect(watched.mock.calls.filter(([given]) => given === data)).toHaveLength(1);
  });

  it('lists dead letters without secrets, also in what was thrown, and redelivers the real thing', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => {});
    const bus = busThat();
    const seen: unknown[] = [];
    bus.on('user:added', (given: { password: string }) => (seen.push(given), login(given)));
    bus.emit('user:added', data);
    const [letter] = bus.deadLetters.list();
    expect(letter).toMatchObject({
      event: { data: shownData },
      error: { message: 'no login for [Redacted]', request: { password: REDACTED } },
    });
    expect(letter?.error).toBeInstanceOf(Error);
    expect(bus.deadLetters.list()[0]?.error).toBe(letter?.error);
    await bus.deadLetters.redeliver(letter!.id);
    expect(seen).toEqual([data, data]);
    expect(everything(bus.deadLetters.list())).not.toContain(SECRET);
  });

  it('shows nothing of a secret whose name stands beside it, nor of what was thrown with it', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const bus = busThat();
    bus.on('request:got', (given) => {
      throw new Error(`no answer to ${JSON.stringify(given)}, for it has ${SECRET}`);
    });
    for (const named of [['Cookie', SECRET], { name: 'X-Api-Key', value: SECRET }]) {
      bus.emit('request:got', { headers: [named] });
      expect(everything(bus.deadLetters.list())).not.toContain(SECRET);
      expect(everything(bus.history.recent())).not.toContain(SECRET);
      expect(JSON.stringify(printed.mock.calls)).not.toContain(SECRET);
    }
    expect(bus.deadLetters.list()).toHaveLength(2);
    const asked = jest.fn((target: object, key: PropertyKey) =>
      Reflect.getOwnPropertyDescriptor(target, key),
    );
    bus.emit('request:got', { proxy: new Proxy({}, { getOwnPropertyDescriptor: asked }) });
    bus.deadLetters.list();
    expect(asked).not.toHaveBeenCalled();
  });

  it('shows announced failures without what they quote, but to handlers', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bus = busThat();
    const heard: BusEvent[] = [];
    const stream = bus.stream('system:*');
    bus.on('system:*', (_, event) => void heard.push(event));
    bus.on('user:added', login, { pause: { failures: 1 } });
    bus.emit('user:added', data);
    const shown = [...bus.history.recent({ pattern: 'system:*' }), (await stream.next()).value, (await stream.next()).value]; // prettier-ignore
    expect(heard).toHaveLength(2);
    expect(everything(heard)).toContain(SECRET);
    for (const event of shown) expect(event?.data).toMatchObject({ handler: 'login', error: { message: 'no login for [Redacted]' } }); // prettier-ignore
    expect(everything(shown)).not.toContain(SECRET);
    const told = everything([printed.mock.calls, warned.mock.calls]);
    expect(told).toContain('no login for [Redacted]');
    expect(told).not.toContain(SECRET);
  }); // prettier-ignore

  it('shows of redacted topics that they happened, and nothing of what was thrown on them', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const bus = busThat({ topics: ['card:*'] });
    bus.on('card:*', (given: { note: string }) => {
      throw new Error(given.note);
    });
    const event = bus.emit('card:charged', { note: SECRET }, { metadata: { note: SECRET } });
    expect(bus.isSensitive('card:charged')).toBe(false);
    expect(bus.history.recent()).toMatchObject([{ id: event.id, data: undefined, metadata: {} }, { topic: 'system:handler_failed', data: { error: undefined } }]); // prettier-ignore
    expect(bus.deadLetters.list()).toMatchObject([{ event: { data: undefined }, error: undefined }]);
    expect(everything([bus.history.recent(), bus.deadLetters.list()])).not.toContain(SECRET);
    expect(everything(printed.mock.calls)).not.toContain(SECRET);
  });

  it('redacts by added names, and by paths in the data alone', () => {
    const bus = busThat({ keys: ['iban'], paths: ['customer.*.note'] });
    const customer = { a: { note: 1, customerIban: 2, name: 3 } };
    bus.emit('order:placed', { customer }, { metadata: { customer } });
    expect(bus.history.last('order:placed')).toMatchObject({
      data: { customer: { a: { note: REDACTED, customerIban: REDACTED, name: 3 } } },
      metadata: { customer: { a: { note: 1, customerIban: REDACTED, name: 3 } } },
    });
  });

  it('says in errors about data nothing that stands under a secret’s name', () => {
    const bus = busThat({ paths: ['note'] });
    const issue = (path: string[]) => ({ message: `received ${SECRET}`, path });
    const schema = schemaOf(() => ({ issues: [issue(['password']), issue(['note']), issue(['name'])] }));
    bus.register(defineEvent('user:added', { schema }));
    bus.register(defineEvent('user:removed', { schema: schemaOf(() => { throw new Error(SECRET); }) })); // prettier-ignore
    expect(() => bus.emit('user:added', data)).toThrow(
      /: password: \[Redacted\]; note: \[Redacted\]; name: received \[Redacted\]\./,
    );
    expect(() => bus.emit('user:removed', data)).toThrow(/it threw "\[Redacted\]"/);
    bus.use(() => { throw new Error(SECRET); }); // prettier-ignore
    expect(() => bus.emit('user:added', data)).toThrow(/it threw "\[Redacted\]"/);
  });

  it('keeps sensitive events what they are: occurrences, for replays, too', () => {
    const bus = busThat({}, { sensitive: ['vault:*'] });
    bus.emit('vault:opened', data);
    const replayed = jest.fn();
    bus.on('vault:*', replayed, { replay: 'last' });
    expect(replayed.mock.calls).toMatchObject([[undefined, { data: undefined }]]);
    expect(bus.history.last('**')?.data).toBeUndefined();
  });

  it('survives data that nothing can be made of', () => {
    const bus = busThat();
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n]));
    bus.emit('a', many, { metadata: many });
    expect(bus.history.last('a')).toMatchObject({ data: '[Redacted: too much to look through]', metadata: {} }); // prettier-ignore
  });
});

describe('redactSecrets()', () => {
  it('is not what a bus of plain Node has unless it is given', () => {
    const bus = new RootEventBus();
    const event = bus.emit('user:added', { password: SECRET });
    expect(bus.history.last('**')).toBe(event);
  });

  it.each([[{ keys: 'iban' }, 'options.keys'], [{ key: [] }, 'options.key'], [{ paths: ['a..b'] }, 'options.paths'], [null, 'options']])('refuses %j by name: %s', (options, option) => {
    expect(() => redactSecrets(options as never)).toThrow(expect.objectContaining({ option }));
    expect(() => redactSecrets(options as never)).toThrow(InvalidOptionError);
  }); // prettier-ignore

  it('is what the option `redactor` takes', () => {
    expect(() => new RootEventBus({ redactor: { keys: ['iban'] } as never })).toThrow(
      'The option "redactor" of RootEventBus must be what redactSecrets() returns',
    );
  });
});
