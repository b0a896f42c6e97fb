import { describe, expect, it } from '@jest/globals';
import { controlledPromise } from '../support/controlled-promise.js';
import { recordedBus } from '../support/recorded-bus.js';

describe('inspect', () => {
  it('shows subscriptions with their figures, tasks, scopes, counters, history and routes', async () => {
    const { bus } = recordedBus();
    const work = controlledPromise();
    const owned = bus
      .as({ module: 'Mail', class: 'Sender' })
      .on('mail:*', function send() {}, { priority: 2 });
    const filtered = bus.scope('tenant').on('mail:sent', () => {}, { filter: () => false });
    const failing = bus.on('mail:sent', () => {
      throw new Error('boom');
    });
    failing.pause();
    failing.resume();
    bus.scope('tenant').emit('mail:sent');
    filtered.pause();
    bus.track('report', work.promise);

    expect(bus.inspect()).toEqual({
      state: 'open',
      subscriptions: [
        expect.objectContaining({
          id: failing.id,
          pattern: 'mail:sent',
          delivered: 1,
          failed: 1,
          paused: false,
        }),
        expect.objectContaining({
          id: owned.id,
          pattern: 'mail:*',
          handler: 'Mail/Sender.send',
          source: 'Mail/Sender',
          scope: undefined,
          kind: 'handler',
          priority: 2,
          delivered: 1,
          skipped: 0,
          failed: 0,
        }),
        expect.objectContaining({ id: filtered.id, scope: 'tenant', paused: true, delivered: 0, skipped: 1 }),
      ],
      tasks: [{ name: 'report', source: undefined, startedAt: expect.any(Number), state: 'running' }],
      scopes: ['tenant'],
      // Beside the event itself: the failure that was announced, which nobody heard.
      counters: { emitted: 2, delivered: 2, failed: 1, skipped: 1, dropped: 0, lost: 0, refused: 0 },
      held: 0,
      deadLetters: { size: 1, capacity: 1_000 },
      history: { size: 2, capacity: 100 },
      routes: { cached: expect.any(Number), resolved: expect.any(Number) },
    });
    work.resolve();
    await bus.close();
    expect(bus.inspect()).toMatchObject({ state: 'closed', subscriptions: [], tasks: [], scopes: [] });
  });

  it('is a snapshot of plain data, which stays as it was and can be sent anywhere', () => {
    const { bus } = recordedBus();
    bus.on('job:run', () => {});
    const before = bus.inspect();
    bus.emit('job:run');
    expect(before.subscriptions[0]?.delivered).toBe(0);
    expect(before.counters.emitted).toBe(0);
    expect(structuredClone(before)).toEqual(before);
  });

  it('lists streams and waits as what they are', async () => {
    const { bus } = recordedBus();
    bus.stream('job:*');
    void bus.waitFor('job:run');
    expect(bus.inspect().subscriptions).toMatchObject([
      { pattern: 'job:run', kind: 'waitFor', handler: 'waitFor' },
      { pattern: 'job:*', kind: 'stream', handler: 'stream' },
    ]);
    await bus.close();
  });
});
