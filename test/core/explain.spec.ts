import { describe, expect, it } from '@jest/globals';
import { defineEvent, InvalidTopicError, PermissionDeniedError, RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../support/controlled-promise.js';
import { recordedBus } from '../support/recorded-bus.js';

/** The explanations of a topic's subscriptions, in short. */
function brief(bus: RootEventBus, topic: string) {
  return bus
    .explain(topic)
    .subscriptions.map(({ pattern, hears, obstacles }) => [pattern, hears, ...obstacles]);
}

describe('explain', () => {
  it('names who hears a topic, in the order of delivery, with the figures of each', () => {
    const bus = new RootEventBus();
    bus.on('order:placed', function late() {});
    bus.as({ module: 'Mail', class: 'Mailer' }).on('order:*', function early() {}, { priority: 1 });
    bus.on('other:topic', () => {});
    bus.emit('order:placed');
    const { topic, state, subscriptions, denials } = bus.explain('order:placed');
    expect({ topic, state, denials }).toEqual({ topic: 'order:placed', state: 'open', denials: [] });
    expect(subscriptions).toMatchObject([
      {
        handler: 'Mail/Mailer.early',
        hears: 'yes',
        obstacles: [],
        delivered: 1,
        why: 'Mail/Mailer.early hears it.',
      },
      { handler: 'late', hears: 'yes', source: undefined, scope: undefined },
    ]);
  });

  it('changes nothing: neither routes nor warnings come of it', () => {
    const { bus, told } = recordedBus();
    bus.on('order.*', () => {});
    const before = bus.inspect();
    bus.explain('order:placed');
    expect(bus.inspect()).toEqual(before);
    expect(told.warned).toEqual([]);
  });

  it('takes a definition, and refuses what is no topic', () => {
    const bus = new RootEventBus();
    expect(bus.explain(defineEvent('order:placed')).topic).toBe('order:placed');
    expect(() => bus.explain('order:*')).toThrow(InvalidTopicError);
  });

  it('tells a subscription that is paused, and that the events of a queued one wait', () => {
    const bus = new RootEventBus();
    bus.on('job:run', () => {}).pause();
    bus.on('job:*', () => {}, { queue: true }).pause();
    expect(brief(bus, 'job:run')).toEqual([
      ['job:run', 'no', 'paused'],
      ['job:*', 'later', 'paused'],
    ]);
  });

  it('tells that a filter decides, and asks it nothing', () => {
    const bus = new RootEventBus();
    let asked = 0;
    bus.on('job:run', () => {}, { filter: () => asked++ > 0 });
    expect(bus.explain('job:run').subscriptions).toMatchObject([
      {
        hears: 'perhaps',
        obstacles: ['filter'],
        why: expect.stringMatching(/may hear it: its filter decides\.$/),
      },
    ]);
    expect(asked).toBe(0);
  });

  it('tells the same handler under two patterns, unless the first of them doesn’t get the event', () => {
    const bus = new RootEventBus();
    const handler = (): void => {};
    const first = bus.on('job:run', handler);
    bus.on('job:*', handler);
    expect(brief(bus, 'job:run')).toEqual([
      ['job:run', 'yes'],
      ['job:*', 'no', 'duplicate'],
    ]);
    expect(bus.explain('job:run').subscriptions[1]?.why).toMatch(/by its subscription to "job:run"/);
    first.pause();
    expect(brief(bus, 'job:run')).toEqual([
      ['job:run', 'no', 'paused'],
      ['job:*', 'yes'],
    ]);
  });

  it('tells a twin whose first has a filter, which decides for both', () => {
    const bus = new RootEventBus();
    const handler = (): void => {};
    bus.on('job:run', handler, { filter: () => true });
    bus.on('job:*', handler);
    expect(brief(bus, 'job:run')).toEqual([
      ['job:run', 'perhaps', 'filter'],
      ['job:*', 'perhaps', 'duplicate'],
    ]);
  });

  it('tells what is held until the application has started', () => {
    const bus = new RootEventBus();
    const gate = bus.gate();
    gate.on(bus, 'job:run', () => {});
    expect([bus.explain('job:run').state, ...brief(bus, 'job:run')]).toEqual([
      'held',
      ['job:run', 'later', 'held'],
    ]);
    gate.open();
    expect([bus.explain('job:run').state, ...brief(bus, 'job:run')]).toEqual(['open', ['job:run', 'yes']]);
  });

  it('tells a queue that is full, and what it has lost', async () => {
    const bus = new RootEventBus();
    bus.observe({ warned: () => {}, overflowed: () => {} });
    const gate = controlledPromise();
    bus.on('job:run', () => gate.promise, { queue: { capacity: 1 } });
    for (let at = 0; at < 4; at++) bus.emit('job:run');
    expect(brief(bus, 'job:run')).toEqual([['job:run', 'perhaps', 'full', 'dropped']]);
    gate.resolve();
    await bus.idle();
    expect(brief(bus, 'job:run')).toEqual([['job:run', 'yes', 'dropped']]);
  });

  it.each([
    ['order.*', 'separator'],
    ['order.placed', 'separator'],
    ['Order:placed', 'case'],
    ['*', 'segments'],
    ['order:plcaed', 'misspelt'],
    ['oder:placed', 'misspelt'],
  ])('tells a pattern that nearly hears it: %s (%s)', (pattern, obstacle) => {
    const bus = new RootEventBus();
    bus.on(pattern, () => {});
    bus.on('invoice:placed', () => {});
    bus.on('payment:*', () => {});
    expect(brief(bus, 'order:placed')).toEqual([[pattern, 'no', obstacle]]);
    expect(bus.explain('order:placed').subscriptions[0]?.why).toMatch(/doesn’t hear it: ".+" .+\.$/);
  });

  it('looks into every scope, and says which', () => {
    const bus = new RootEventBus();
    bus.scope('tenant').on('job:run', () => {});
    expect(bus.explain('job:run').subscriptions).toMatchObject([{ scope: 'tenant', hears: 'yes' }]);
  });

  it('tells who was denied it: to emit it, or to listen to a pattern that hears it', () => {
    const bus = new RootEventBus();
    bus.observe({ denied: () => {} });
    const view = bus.as({ module: 'Plugin', rights: { emits: [], listens: [] } });
    const acts = [
      () => view.emit('job:run'),
      () => view.on('job:*', () => {}),
      () => view.on('**', () => {}),
      () => view.emit('other:topic'),
      () => view.on('other:*', () => {}),
      () => view.emit('job:run'),
    ];
    for (const act of acts) expect(act).toThrow(PermissionDeniedError);
    expect(bus.explain('job:run').denials.map(({ direction, topic }) => [direction, topic])).toEqual([
      ['listens', '**'],
      ['listens', 'job:*'],
      ['emits', 'job:run'],
    ]);
  });

  it('knows nobody once the bus is closed', async () => {
    const bus = new RootEventBus();
    bus.on('job:run', () => {});
    await bus.close();
    expect(bus.explain('job:run')).toEqual({
      topic: 'job:run',
      state: 'closed',
      subscriptions: [],
      denials: [],
    });
  });
});
