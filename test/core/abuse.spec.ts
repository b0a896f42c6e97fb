import { describe, expect, it } from '@jest/globals';
import {
  type BusEvent,
  defineEvent,
  EventBus,
  HandlerContext,
  InvalidArgumentError,
  InvalidOptionError,
  InvalidTopicError,
  PermissionDeniedError,
  RootEventBus,
} from 'nestjs-event-bus/core';
import { recordedBus } from '../support/recorded-bus.js';

/** A bus on which a plugin has rights in its own domain, and somebody else emits secrets. */
function open() {
  const { bus: root, told } = recordedBus();
  const bus = root.as({
    module: 'Plugin',
    class: 'Spy',
    rights: { emits: ['plugin:*'], listens: ['plugin:*'] },
  });
  return { root, bus, told };
}

describe('A topic that is none is refused, and nothing of it reaches anybody', () => {
  it.each([
    ['a wildcard', 'a:*'],
    ['every topic', '**'],
    ['the empty text', ''],
    ['an empty segment', 'a::b'],
    ['an empty end', 'a:'],
    ['CR and LF', 'a:b\r\nlevel=50 forged=1'],
    ['NUL', 'a:b\0'],
    ['a space', 'a: b'],
    ['10 kB', `a:${'b'.repeat(10_240)}`],
    ['a path', '../../etc/passwd'],
    ['a letter beyond ASCII', 'ордер:placed'],
    ['an override of the writing direction', 'a:\u202Eb'],
    ['a String object', Object('a:b') as unknown],
    ['a list of one', ['a:b']],
    ['something that says it is a topic', { toString: () => 'a:b' }],
  ])('%s', async (_name, topic) => {
    const { bus: root, told } = recordedBus();
    root.on('**', () => {});
    expect(() => root.emit(topic as never)).toThrow(InvalidTopicError);
    await expect(root.emitAsync(topic as never)).rejects.toThrow(InvalidTopicError);
    const { message } = told.refused[0]!.error as Error;
    expect(message.length).toBeLessThan(500);
    expect(message).not.toMatch(/[\r\n\0\u202E]/);
    expect(told.emitted).toEqual([]);
    expect(root.history.recent()).toEqual([]);
  });
});

describe('Names that mean something to an object mean nothing to the bus', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];

  it.each(NAMES)('%s as a topic is a topic like any other', (name) => {
    const root = new RootEventBus();
    const heard: string[] = [];
    const Defined = defineEvent(name, { retain: true });
    root.on(Defined, (_data, { topic }) => void heard.push(topic));
    root.on(`${name}:polluted`, (_data, { topic }) => void heard.push(topic));
    root.emit(name, 1);
    root.emit(`${name}:polluted`, 2);
    expect(heard).toEqual([name, `${name}:polluted`]);
    expect(root.history.last(name)?.data).toBe(1);
    expect(root.emit('other:topic').topic).toBe('other:topic');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(NAMES)('%s as a scope is a scope like any other', (name) => {
    const root = new RootEventBus();
    const scope = root.scope(name);
    const heard: unknown[] = [];
    scope.on('a:b', (data) => void heard.push(data));
    expect(root.scope(name)).toBe(scope);
    scope.emit('a:b', 1);
    root.emit('a:b', 2);
    expect(heard).toEqual([1]);
    expect(root.inspect().scopes).toEqual([name]);
    expect(root.closeScope(name)).toBe(true);
  });

  it.each(['', 'a/b', '../a', 'a b', 'a\n', 'a:b', '*', 5, null])('%j is no scope', (name) => {
    expect(() => new RootEventBus().scope(name as string)).toThrow(InvalidArgumentError);
  });

  it.each(NAMES)('%s as a key of metadata or data stays where it was put', (name) => {
    const root = new RootEventBus();
    const forged = JSON.parse(`{ "${name}": { "polluted": true } }`) as Record<string, unknown>;
    const event = root.emit('a:b', forged, { metadata: forged });
    expect(Object.hasOwn(event.metadata, name)).toBe(true);
    expect(event.data).toBe(forged);
    expect(Object.getPrototypeOf(event.metadata)).toBe(Object.prototype);
    expect((event.metadata as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const wire = JSON.parse(JSON.stringify(event)) as { metadata: object };
    expect(Object.hasOwn(wire.metadata, name)).toBe(true);
  });
});

describe('A view cannot say that it is somebody else', () => {
  it('by a source in the options', () => {
    const { bus } = open();
    expect(() => bus.emit('plugin:run', 1, { source: 'Billing/Refunds' })).toThrow(InvalidOptionError);
  });

  it('by a source that the check does not see', () => {
    const { bus } = open();
    let asked = 0;
    const options: object[] = [
      Object.create({ source: 'Billing/Refunds' }) as object,
      Object.defineProperty({}, 'source', { value: 'Billing/Refunds' }),
      {
        get source() {
          return asked++ === 0 ? undefined : 'Billing/Refunds';
        },
      },
      new Proxy({}, { get: (_target, name) => (name === 'source' ? 'Billing/Refunds' : undefined) }),
    ];
    for (const each of options) expect(bus.emit('plugin:run', 1, each).source).toBe('Plugin/Spy');
  });

  it('by metadata or a cause', () => {
    const { root, bus } = open();
    const secret = root.emit('secret:told', 1, { source: 'Billing/Refunds' });
    const metadata = { source: 'Billing/Refunds', topic: 'secret:told', id: secret.id };
    const event = bus.emit('plugin:run', 1, { metadata, causedBy: secret });
    expect(event).toMatchObject({ source: 'Plugin/Spy', topic: 'plugin:run', causationId: secret.id });
    expect(event.id).not.toBe(secret.id);
  });

  it('by a change of its event after the fact', () => {
    const { root, bus } = open();
    const sources: unknown[] = [];
    bus.on('plugin:*', (_data, event) => void Object.assign(event, { topic: 'secret:told' }), {
      priority: 1,
    });
    root.on('secret:told', () => void sources.push('fooled'));
    bus.emit('plugin:run');
    expect(sources).toEqual([]);
  });

  it('by a definition that changes its topic while it is looked at', () => {
    const { root, bus } = open();
    const heard: string[] = [];
    root.on('**', (_data, { topic }) => void heard.push(topic));
    const topics = ['plugin:run', 'secret:told', 'secret:told', 'secret:told'];
    const shifty = { ...defineEvent('plugin:run') };
    Object.defineProperty(shifty, 'topic', { get: () => topics.shift() ?? 'secret:told' });
    bus.emit(shifty as never);
    expect(heard).toEqual(['plugin:run']);
    expect(() => root.register(defineEvent('secret:told'))).not.toThrow();
  });
});

describe('A view has no powers of the root', () => {
  const POWERS = [
    'use',
    'observe',
    'as',
    'register',
    'gate',
    'warn',
    'inspect',
    'idle',
    'drain',
    'close',
  ] as const;
  const LISTS = ['history', 'deadLetters'];

  it('by name', () => {
    const { bus } = open();
    for (const name of [...POWERS, ...LISTS]) expect(name in bus).toBe(false);
    expect(bus).not.toBeInstanceOf(RootEventBus);
  });

  it.each(POWERS)('by borrowing the method %s', async (name) => {
    const { bus } = open();
    const given: Partial<Record<(typeof POWERS)[number], unknown>> = {
      use: () => null,
      register: defineEvent('a:b'),
    };
    const method = RootEventBus.prototype[name] as (this: unknown, argument: unknown) => unknown;
    await expect((async () => method.call(bus, given[name] ?? {}))()).rejects.toThrow(/private member/);
  });

  it('by borrowing a getter', () => {
    const { bus } = open();
    const { get } = Object.getOwnPropertyDescriptor(RootEventBus.prototype, 'history')!;
    expect(() => get!.call(bus) as unknown).toThrow(TypeError);
  });

  it('by putting on another prototype', () => {
    const { bus } = open();
    const dressed = Object.setPrototypeOf(bus, RootEventBus.prototype) as RootEventBus;
    expect(() => dressed.as({})).toThrow(TypeError);
    expect(() => dressed.history).toThrow(TypeError);
    expect(() => dressed.emit('secret:told')).toThrow(PermissionDeniedError);
  });

  it('by anything that can be read of it: it shows nothing', () => {
    const { bus } = open();
    expect(Reflect.ownKeys(bus)).toEqual([]);
    expect(new Set(Reflect.ownKeys(EventBus))).toEqual(new Set(['length', 'name', 'prototype']));
  });

  it('by making another of itself', () => {
    const { root, bus } = open();
    const heard: unknown[] = [];
    root.on('**', (_data, { topic }) => void heard.push(topic));
    const Bus = bus.constructor as unknown as new (seat: unknown) => EventBus;
    // Whatever it invents, the engine is not in it.
    const made = new Bus((self: unknown) => ({ ...bus, bus: self, isRoot: true, judge: undefined }));
    expect(() => made.emit('secret:told')).toThrow(TypeError);
    expect(heard).toEqual([]);
  });
});

describe('What a view learns of others gives it none of their rights', () => {
  it('neither a report, which has them by name, nor a context made with a subscription', async () => {
    const { root, bus } = open();
    const secrets: BusEvent[] = [];
    root.on('secret:told', (_data, event) => void secrets.push(event));
    const others = root.as({ module: 'Host' }).on('plugin:run', function fails() {
      throw new Error('boom');
    });
    const contexts: HandlerContext[] = [];
    bus.on('plugin:*', (_data, _event, context: HandlerContext) => void contexts.push(context));
    const { event, failures } = await bus.emitAsync('plugin:run');
    expect(failures).toMatchObject([{ handler: 'Host.fails', subscriptionId: others.id }]);
    expect(Object.values(failures[0]!)).not.toContain(others);
    const subscription = others; // as if it had it all the same
    expect(Object.values(contexts[0]!).filter((each) => each instanceof EventBus)).toEqual([]);

    const [context] = contexts as [HandlerContext];
    (context as { subscription: unknown }).subscription = subscription;
    expect(() => context.emit('secret:told')).toThrow(PermissionDeniedError);
    const forged = Reflect.construct(HandlerContext, [
      event,
      subscription,
      undefined,
      1,
      { chain: () => [] },
    ]) as HandlerContext;
    expect(() => forged.emit('secret:told')).toThrow(TypeError);
    expect(secrets).toEqual([]);
  });

  it('nor does a change of its own subscription let it hear more', () => {
    const { root, bus } = open();
    const heard: string[] = [];
    const subscription = bus.on('plugin:*', (_data, { topic }) => void heard.push(topic));
    const { compiled } = subscription as unknown as { compiled: { matches: unknown } };
    expect(() => Object.assign(compiled, { matches: () => true })).toThrow(TypeError);
    expect(() => Object.assign(subscription, { pattern: '**' })).toThrow(TypeError);
    root.emit('secret:told');
    expect(heard).toEqual([]);
  });

  it('nor can it end what others subscribed', () => {
    const { root, bus } = open();
    const handler = (): void => {};
    const subscription = root.as({ module: 'Host' }).on('plugin:run', handler);
    expect([bus.off(subscription), bus.off(subscription.id), bus.off(handler)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(subscription.active).toBe(true);
  });
});
