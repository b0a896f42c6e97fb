import { describe, expect, it, jest } from '@jest/globals';
import { HandlerContext, RootEventBus } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

describe('The context of a handler', () => {
  it('comes third, to handlers that declare a third parameter', () => {
    const bus = new RootEventBus();
    const given: unknown[][] = [];
    bus.on('job:run', (_data, _event, context) => void given.push([context]));
    bus.on('job:run', (...all) => void given.push(all));
    bus.emit('job:run', 'data');
    expect(given[0]).toEqual([expect.any(HandlerContext)]);
    expect(given[1]).toHaveLength(2);
  });

  it('knows the subscription, and a signal that is not aborted', () => {
    const bus = new RootEventBus();
    let context!: HandlerContext;
    const subscription = bus.on('job:run', (_data, _event, given) => void (context = given));
    bus.emit('job:run');
    expect(context.subscription).toBe(subscription);
    expect(context.signal.aborted).toBe(false);
  });

  it('emits what is caused by the event being handled, now and later', async () => {
    const { bus, told } = recordedBus();
    bus.on('job:run', async (_data: unknown, _event: unknown, context: HandlerContext) => {
      context.emit('job:began', 1, { metadata: { step: 1 } });
      await Promise.resolve();
      await context.emitAsync('job:ended', 2);
    });
    const request = bus.emit('request:came');
    const run = bus.emit('job:run', 0, { causedBy: request });
    await bus.idle();
    const [began, ended] = ['job:began', 'job:ended'].map((topic) =>
      told.emitted.find((event) => event.topic === topic),
    );
    for (const event of [began, ended])
      expect(event).toMatchObject({ causationId: run.id, correlationId: request.id });
    expect(began?.metadata).toEqual({ step: 1 });
  });

  it('links to another cause where one is given, and undefined is none', () => {
    const { bus, told } = recordedBus();
    const other = bus.emit('request:came');
    bus.on('job:run', (_data: unknown, _event: unknown, context: HandlerContext) => {
      context.emit('job:other', 1, { causedBy: other });
      context.emit('job:own', 1, { causedBy: undefined });
    });
    const run = bus.emit('job:run');
    const causes = Object.fromEntries(told.emitted.map(({ topic, causationId }) => [topic, causationId]));
    expect(causes).toMatchObject({ 'job:other': other.id, 'job:own': run.id });
  });

  it('emits as the owner and in the scope of the subscription', () => {
    const { bus, told } = recordedBus();
    const handler = (_data: unknown, _event: unknown, context: HandlerContext): void =>
      void context.emit('job:next');
    bus.as({ module: 'Jobs', class: 'Runner' }).scope('tenant').on('job:run', handler);
    bus.scope('tenant').emit('job:run');
    expect(told.emitted.at(-1)).toMatchObject({ topic: 'job:next', source: 'Jobs/Runner', scope: 'tenant' });
  });

  it('refuses what the bus refuses', () => {
    const bus = new RootEventBus();
    const faults = jest.fn();
    bus.on('job:run', (_data, _event, context) => {
      for (const args of [['a b'], ['job:next', 1, { priority: 1 }], ['job:next', 1, 5]] as never[][]) {
        try {
          (context.emit as (...args: never[]) => void).call(context, ...args);
        } catch (error) {
          faults((error as { code?: string }).code);
        }
      }
    });
    bus.emit('job:run');
    expect(faults.mock.calls.flat()).toEqual([
      'EVENT_BUS_INVALID_TOPIC',
      'EVENT_BUS_INVALID_OPTION',
      'EVENT_BUS_INVALID_OPTION',
    ]);
  });
});
