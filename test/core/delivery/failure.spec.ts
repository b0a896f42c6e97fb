import { describe, expect, it, jest } from '@jest/globals';
import type { HandlerFailed } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

const fail = (): never => {
  throw new Error('boom');
};

describe('A failed delivery', () => {
  it('is announced by an event that names the original event, the handler and the error', async () => {
    const { bus } = recordedBus();
    const announced = bus.waitFor('system:handler_failed');
    const subscription = bus.as({ module: 'Mail', class: 'Sender' }).on('order:placed', function sendMail() {
      throw new Error('no network');
    });
    const event = bus.emit('order:placed', { id: 1 });
    expect(await announced).toMatchObject({
      topic: 'system:handler_failed',
      data: {
        eventId: event.id,
        topic: 'order:placed',
        handler: 'Mail/Sender.sendMail',
        subscriptionId: subscription.id,
        error: new Error('no network'),
      },
      correlationId: event.id,
      causationId: event.id,
    });
  });

  it('of an async handler is announced when its promise rejects', async () => {
    const { bus } = recordedBus();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    bus.on('order:placed', async () => {
      await Promise.resolve();
      fail();
    });
    bus.emit('order:placed');
    expect(announced).not.toHaveBeenCalled();
    await bus.idle();
    expect(announced).toHaveBeenCalledTimes(1);
  });

  it('of a handler of failures is told to observers and not announced', async () => {
    const { bus, told } = recordedBus();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    bus.on('system:handler_failed', fail);
    bus.on('system:*', () => Promise.reject(new Error('async')));
    bus.on('order:placed', fail);
    bus.emit('order:placed');
    await bus.emitAsync('order:placed');
    await bus.idle();
    expect(announced).toHaveBeenCalledTimes(2);
    expect(told.failed.map(({ event }) => event.topic).toSorted()).toEqual([
      ...Array<string>(2).fill('order:placed'),
      ...Array<string>(4).fill('system:handler_failed'),
    ]);
  });

  it('does not loop when a handler of failures emits what fails again', async () => {
    const { bus, told } = recordedBus();
    const announced: HandlerFailed[] = [];
    bus.on('system:handler_failed', (failure) => {
      announced.push(failure);
      bus.emit('order:placed');
    });
    bus.on('order:placed', fail);
    bus.emit('order:placed');
    await bus.idle();
    expect(announced.length).toBeLessThanOrEqual(100);
    expect(told.failed.filter(({ event }) => event.topic === 'system:handler_failed')).toHaveLength(1);
    bus.emit('order:placed');
    expect(announced.length).toBeLessThanOrEqual(200);
  });

  it('passes the middleware as any event does; one that fails there is warned of', () => {
    const { bus, told } = recordedBus();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    bus.on('order:placed', fail);
    let verdict: () => null = () => null;
    bus.use((event) => (event.topic === 'order:placed' ? event : verdict()));
    bus.emit('order:placed');
    verdict = fail;
    bus.emit('order:placed');
    expect(announced).not.toHaveBeenCalled();
    expect(told.failed).toHaveLength(2);
    expect(told.warned.map(({ code }) => code)).toEqual(['EVENT_BUS_UNANNOUNCED']);
  });

  it('is announced in the scope of its event, or in the nearest that is open', async () => {
    const { bus } = recordedBus();
    const scope = bus.scope('tenant');
    const inScope = jest.fn();
    const above = jest.fn();
    scope.on('system:handler_failed', inScope);
    bus.on('system:handler_failed', above);
    let reject!: (error: Error) => void;
    scope.on('order:placed', () => new Promise((_, fails) => (reject = fails)), { priority: 1 });
    scope.on('order:placed', fail);
    scope.emit('order:placed');
    expect([inScope, above].map((handler) => handler.mock.calls.length)).toEqual([1, 1]);
    bus.closeScope('tenant');
    reject(new Error('late'));
    await bus.idle();
    expect([inScope, above].map((handler) => handler.mock.calls.length)).toEqual([1, 2]);
  });

  it('has a label even where a handler’s name is none', () => {
    const { bus, told } = recordedBus();
    const nameless = Object.defineProperty(() => fail(), 'name', { value: Symbol('name') });
    bus.as({ class: 'Mail' }).on('order:placed', nameless);
    expect(() => bus.emit('order:placed')).not.toThrow();
    expect(told.failed[0]!.subscription.label).toBe('Mail.(anonymous)');
  });
});
