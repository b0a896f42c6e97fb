import { describe, expect, it, jest } from '@jest/globals';
import {
  type EventBus,
  type HandlerContext,
  type Owner,
  type PermissionDenied,
  PermissionDeniedError,
  type PermissionMode,
  RootEventBus,
} from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

const plugin: Owner = {
  module: 'Plugin',
  class: 'Spy',
  rights: { by: 'Plugin', emits: ['plugin:*'], listens: ['plugin:*'] },
};

function open(permissions: PermissionMode = 'declared') {
  const { bus, told } = recordedBus({ permissions });
  const announced: PermissionDenied[] = [];
  bus.on('system:permission_denied', (data) => void announced.push(data));
  return { root: bus, bus: bus.as(plugin), told, announced };
}

/** Every way in, on a topic that is not declared. */
const WAYS: Readonly<Record<string, (bus: EventBus) => unknown>> = {
  emit: (bus) => bus.emit('secret:told'),
  emitAsync: (bus) => bus.emitAsync('secret:told'),
  on: (bus) => bus.on('secret:told', () => {}),
  'on with a wildcard': (bus) => bus.on('**', () => {}),
  'on with a replay': (bus) => bus.on('secret:told', () => {}, { replay: 'last' }),
  once: (bus) => bus.once('secret:*', () => {}),
  waitFor: (bus) => bus.waitFor('secret:told'),
  'waitFor with the past': (bus) => bus.waitFor('**', { past: true }),
  stream: (bus) => bus.stream('secret:**'),
  'emit in a scope': (bus) => bus.scope('inner').emit('secret:told'),
  'on in a scope': (bus) =>
    bus
      .scope('inner')
      .scope('most')
      .on('secret:told', () => {}),
  'emit in a hold': (bus) => bus.hold((held) => held.emit('secret:told')),
  'on in a hold': (bus) => bus.hold((held) => held.on('secret:told', () => {})),
  'emit in a scope of a hold': (bus) => bus.hold((held) => held.scope('inner').emit('secret:told')),
};

describe('What an owner may not do', () => {
  it.each(Object.entries(WAYS))('is refused on every way in: %s', async (_name, go) => {
    const { root, bus, told } = open();
    root.emit('secret:told', 'hunter2');
    const before = root.inspect().counters.emitted;
    await expect((async () => go(bus))()).rejects.toThrow(PermissionDeniedError);
    expect(told.denied).toHaveLength(1);
    expect(told.emitted.map(({ topic }) => topic).slice(before)).toEqual(['system:permission_denied']);
    expect(root.inspect().subscriptions.map(({ source }) => source)).toEqual([undefined]);
  });

  it('is refused to a handler’s context, too', async () => {
    const { bus, told } = open();
    const errors: unknown[] = [];
    bus.on('plugin:run', async (_data, _event, context: HandlerContext) => {
      context.emit('plugin:ran');
      for (const way of [() => context.emit('secret:told'), () => context.emitAsync('secret:told')]) {
        await (async () => way())().catch((error: unknown) => errors.push(error));
      }
    });
    await bus.emitAsync('plugin:run');
    expect(errors).toEqual([expect.any(PermissionDeniedError), expect.any(PermissionDeniedError)]);
    expect(told.denied.map(({ times }) => times)).toEqual([1, 2]);
  });

  it('is not heard by a handler in an ancestor’s scope either: the pattern is judged, wherever it stands', () => {
    const { root, bus } = open();
    const heard: string[] = [];
    bus.on('plugin:*', (_data, { topic }) => void heard.push(topic));
    root.scope('tenant').emit('secret:told');
    root.scope('tenant').emit('plugin:run');
    expect(heard).toEqual(['plugin:run']);
  });

  it('is an error that says who, what, what is allowed instead, and what to write', () => {
    const { bus } = open();
    const act = () => bus.on('secret:told', function spying() {});
    expect(act).toThrow(
      expect.objectContaining({
        code: 'EVENT_BUS_PERMISSION_DENIED',
        value: 'secret:told',
        message:
          'Plugin/Spy.spying may not hear "secret:told": Plugin allows \'plugin:*\'. ' +
          "To allow it, write listens: ['plugin:*', 'secret:told'].",
        denial: {
          source: 'Plugin/Spy',
          handler: 'spying',
          direction: 'listens',
          topic: 'secret:told',
          allowed: [{ by: 'Plugin', patterns: ['plugin:*'] }],
          lines: ["listens: ['plugin:*', 'secret:told']"],
          refused: true,
          times: 1,
        },
      }),
    );
  });

  it('is told to observers each time, and announced the first time', () => {
    const { bus, told, announced } = open();
    for (let time = 0; time < 3; time++) expect(() => bus.emit('secret:told')).toThrow(PermissionDeniedError);
    expect(told.denied.map(({ times }) => times)).toEqual([1, 2, 3]);
    expect(announced).toEqual([
      {
        source: 'Plugin/Spy',
        direction: 'emits',
        topic: 'secret:told',
        allowed: [{ by: 'Plugin', patterns: ['plugin:*'] }],
        refused: true,
      },
    ]);
  });

  it('does not flood: of a thousand topics, a hundred and one are announced', () => {
    const { bus, told, announced } = open();
    for (let at = 0; at < 1_000; at++) expect(() => bus.emit(`secret:${at}`)).toThrow(PermissionDeniedError);
    expect(told.denied).toHaveLength(1_000);
    expect(announced).toHaveLength(101);
  });

  it('does not loop where a handler of denials is denied something itself', () => {
    const { root, bus, announced } = open();
    const helper = root.as({ ...plugin, rights: { listens: ['system:permission_denied'], emits: [] } });
    let count = 0;
    helper.on('system:permission_denied', () => void helper.emit(`secret:${count++}`));
    expect(() => bus.emit('secret:told')).toThrow(PermissionDeniedError);
    expect(announced.length).toBeLessThan(200);
    expect(root.inspect().state).toBe('open');
  });

  it('is a warning of the process where no observer listens', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bus = new RootEventBus().as(plugin);
    for (let time = 0; time < 2; time++) expect(() => bus.emit('secret:told')).toThrow(PermissionDeniedError);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringContaining('Plugin/Spy may not emit "secret:told"'),
        { type: 'EventBusWarning', code: 'EVENT_BUS_PERMISSION_DENIED' },
      ],
    ]);
    warn.mockRestore();
  });

  it('can be asked for beforehand, without telling anybody', () => {
    const { root, told } = open();
    expect(root.denialOf(plugin, 'listens', 'plugin:*')).toBeUndefined();
    expect(root.denialOf(plugin, 'emits', 'secret:told', 'spy')).toMatchObject({ handler: 'spy', times: 0 });
    expect(told.denied).toEqual([]);
  });

  it('is nothing of the bus’s own: it announces what happens to whoever may hear it', () => {
    const { root, bus } = open();
    bus.on('plugin:run', () => {
      throw new Error('boom');
    });
    const failures: string[] = [];
    root.on('system:handler_failed', ({ topic }) => void failures.push(topic));
    bus.emit('plugin:run');
    expect(failures).toEqual(['plugin:run']);
    expect(() => bus.on('system:handler_failed', () => {})).toThrow(PermissionDeniedError);
    expect(() => bus.emit('system:handler_failed', {} as never)).toThrow(PermissionDeniedError);
  });
});

describe('In report mode', () => {
  it('everything is let through, and told once for each topic', async () => {
    const { bus, told, announced } = open('report');
    for (let time = 0; time < 3; time++) bus.emit('secret:told');
    const heard: unknown[] = [];
    bus.on('**', (data) => void heard.push(data));
    bus.emit('secret:told', 1);
    expect(heard).toContain(1);
    expect(told.denied.map(({ direction, topic, refused }) => [direction, topic, refused])).toEqual([
      ['emits', 'secret:told', false],
      ['listens', '**', false],
    ]);
    expect(announced.map(({ refused }) => refused)).toEqual([false, false]);
  });

  it('a million topics don’t make a million lines', () => {
    const { bus, told } = open('report');
    for (let at = 0; at < 2_000; at++) bus.emit(`secret:${at}`);
    expect(told.denied).toHaveLength(101);
  });
});
