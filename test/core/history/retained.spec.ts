import { describe, expect, it, jest } from '@jest/globals';
import { defineEvent, InvalidTopicError, RootEventBus } from 'nestjs-event-bus/core';

const Connected = defineEvent('db:connected', { retain: true });
const Opened = defineEvent('vault:opened', { retain: true });

/** A bus that has forgotten all but what is retained. */
function forgetfulBus() {
  return new RootEventBus({ history: { capacity: 0 } });
}

describe('A retained event', () => {
  it('is replayed to who subscribes later: the last of its topic', () => {
    const bus = forgetfulBus();
    const handler = jest.fn();
    bus.emit(Connected, 'first');
    const last = bus.emit(Connected, 'second');
    bus.on(Connected, handler, { replay: 'last' });
    expect(handler.mock.calls).toEqual([['second', last]]);
    bus.emit(Connected, 'third');
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('is kept when the topic’s text is emitted, once the definition is known', () => {
    const bus = forgetfulBus();
    const handler = jest.fn();
    bus.emit('db:connected', 'too early');
    bus.register(Connected);
    bus.on('db:connected', handler, { replay: 'last' });
    expect(handler).not.toHaveBeenCalled();
    bus.emit('db:connected', 'db1');
    bus.on('db:*', handler, { replay: 'last' });
    expect(handler.mock.calls.map(([data]) => data)).toEqual(['db1', 'db1']);
  });

  it('is the one that happened last among those that a pattern hears', () => {
    const bus = forgetfulBus();
    const handler = jest.fn();
    bus.emit(Opened, 1);
    bus.emit(Connected, 2);
    bus.emit(Opened, 3);
    bus.on('**', handler, { replay: 'last' });
    expect(handler.mock.calls.map(([data]) => data)).toEqual([3]);
  });

  it('comes before what the history has', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.emit(Connected, 'retained');
    bus.emit('db:lost', 'in history');
    bus.on('db:*', handler, { replay: 'last' });
    bus.on('db:lost', handler, { replay: 'last', key: 'lost' });
    expect(handler.mock.calls.map(([data]) => data)).toEqual(['retained', 'in history']);
  });

  it('is what waitFor looks at with past: true', async () => {
    const bus = forgetfulBus();
    const event = bus.emit(Connected, 'db1');
    expect(await bus.waitFor('db:*', { past: true })).toBe(event);
  });

  it('that a scope never could hear is none of its past: not that of its parent, nor of a sibling', async () => {
    for (const bus of [forgetfulBus(), new RootEventBus()]) {
      const [a, b] = [bus.scope('a'), bus.scope('b')];
      const replayed: unknown[] = [];
      const subscribe = (view: typeof a) =>
        view.on(Connected, (data) => void replayed.push(data), { replay: 'last', key: false }).unsubscribe();

      bus.emit(Connected, 'root');
      subscribe(a);
      expect(replayed).toEqual([]);

      b.emit(Connected, 'b');
      subscribe(a);
      expect(replayed).toEqual([]);

      a.scope('inner').emit(Connected, 'a/inner');
      b.emit(Connected, 'b again');
      subscribe(a);
      subscribe(b);
      subscribe(bus);
      expect(replayed).toEqual(['a/inner', 'b again', 'b again']);

      const waiting = bus.scope('c').waitFor(Connected, { past: true });
      bus.scope('c').emit(Connected, 'c');
      expect((await waiting).data).toBe('c');
    }
  });

  it('needs no definition: the root has topics kept by name, also those that were emitted before', async () => {
    const bus = forgetfulBus();
    bus.emit('iam:ready', 'too early');
    bus.scope('tenant').emit('iam:ready', 'too early');
    bus.retain('iam:ready', 'plugin:loaded');
    const first = bus.waitFor('iam:ready', { past: true });
    bus.scope('tenant').emit('iam:ready', 'in the scope');
    expect((await first).data).toBe('in the scope');
    bus.emit('plugin:loaded', 'root');
    expect((await bus.waitFor('plugin:*', { past: true })).data).toBe('root');
    expect((await bus.scope('tenant').waitFor('iam:*', { past: true })).data).toBe('in the scope');
  });

  it('is not one of a pattern: what can’t be emitted can’t be retained', () => {
    expect(() => forgetfulBus().retain('iam:*')).toThrow(InvalidTopicError);
  });

  it('of a closed scope is freed with it', () => {
    const bus = forgetfulBus();
    const handler = jest.fn();
    bus.scope('tenant').emit(Connected, 'db1');
    bus.closeScope('tenant');
    bus.scope('tenant').on(Connected, handler, { replay: 'last' });
    expect(handler).not.toHaveBeenCalled();
  });
});

describe('replay: last', () => {
  it('delivers from the history what is not retained, and nothing where nothing happened', () => {
    const bus = new RootEventBus();
    const handler = jest.fn();
    bus.on('job:run', handler, { replay: 'last' });
    expect(handler).not.toHaveBeenCalled();
    bus.emit('job:done', 1);
    bus.on('job:done', handler, { replay: 'last' });
    expect(handler.mock.calls.map(([data]) => data)).toEqual([1]);
  });

  it('is a delivery like any other: it counts, it is filtered, it can fail, it uses up once', () => {
    const errors = jest.spyOn(console, 'error').mockImplementation(() => {});
    const bus = new RootEventBus();
    bus.emit('job:run', 1);
    const filtered = bus.on('job:run', () => {}, { replay: 'last', filter: () => false });
    const once = bus.once('job:run', () => {}, { replay: 'last' });
    const failing = bus.on(
      'job:run',
      () => {
        throw new Error('boom');
      },
      { replay: 'last' },
    );
    expect(filtered).toMatchObject({ delivered: 0, skipped: 0 });
    expect(once).toMatchObject({ delivered: 1, active: false });
    expect(failing).toMatchObject({ delivered: 1, failed: 1, active: true });
    errors.mockRestore();
  });
});
