import { describe, expect, it, jest } from '@jest/globals';
import type { HandlerContext } from 'nestjs-event-bus/core';
import { RecursionError } from 'nestjs-event-bus/core';
import { recordedBus } from '../../support/recorded-bus.js';

/** Handlers that emit each other: a, b, c, a, … */
function circle(bus: ReturnType<typeof recordedBus>['bus'], calls: string[]) {
  for (const [topic, next] of [
    ['step:a', 'step:b'],
    ['step:b', 'step:c'],
    ['step:c', 'step:a'],
  ] as const) {
    bus.on(topic, () => {
      calls.push(topic);
      bus.emit(next);
    });
  }
}

describe('Emits inside handlers', () => {
  it('may nest 100 deep; the next one is refused with an error that names the chain', () => {
    const { bus, told } = recordedBus();
    const calls: string[] = [];
    circle(bus, calls);
    bus.emit('step:a');
    expect(calls).toHaveLength(100);
    expect(told.refused).toHaveLength(1);
    const error = told.refused[0]!.error as RecursionError;
    expect(error).toBeInstanceOf(RecursionError);
    expect(error.limit).toBe(100);
    expect(error.chain).toHaveLength(101);
    expect(error.chain.slice(0, 4)).toEqual(['step:a', 'step:b', 'step:c', 'step:a']);
    expect(error.message).toContain('step:a → step:b → step:c → step:a');
  });

  it('nested too deep are the failure of the handler that emitted, and of nobody above it', () => {
    const { bus, told } = recordedBus();
    circle(bus, []);
    bus.emit('step:a');
    expect(told.failed).toHaveLength(1);
    expect(told.failed[0]).toMatchObject({ event: { topic: 'step:a' }, error: expect.any(RecursionError) });
  });

  it('leave system:handler_failed free to be announced at the limit', () => {
    const { bus } = recordedBus();
    const announced = jest.fn();
    bus.on('system:handler_failed', announced);
    circle(bus, []);
    bus.emit('step:a');
    expect(announced).toHaveBeenCalledTimes(1);
    expect(announced.mock.calls[0]![0]).toMatchObject({ error: expect.any(RecursionError) });
  });

  it('count from zero again in the next emit', () => {
    const { bus, told } = recordedBus();
    const calls: string[] = [];
    circle(bus, calls);
    for (let n = 1; n <= 3; n++) {
      bus.emit('step:a');
      expect([calls.length, told.refused.length]).toEqual([n * 100, n]);
    }
  });

  it('follow the option recursionLimit', () => {
    const { bus } = recordedBus({ recursionLimit: 7 });
    const calls: string[] = [];
    circle(bus, calls);
    bus.emit('step:a');
    expect(calls).toHaveLength(7);
  });

  it('nest as well when they are awaited, through the context also after an await', async () => {
    const { bus, told } = recordedBus({ recursionLimit: 10 });
    const calls: string[] = [];
    bus.on('plain:loop', async () => {
      calls.push('plain');
      await bus.emitAsync('plain:loop');
    });
    bus.on('context:loop', async (_data: unknown, _event: unknown, context: HandlerContext) => {
      await Promise.resolve();
      calls.push('context');
      await context.emitAsync('context:loop');
    });
    await bus.emitAsync('plain:loop');
    expect(calls).toEqual(Array(10).fill('plain'));
    await bus.emitAsync('context:loop');
    expect(calls.slice(10)).toEqual(Array(10).fill('context'));
    expect(told.refused.map(({ error }) => error)).toEqual([
      expect.any(RecursionError),
      expect.any(RecursionError),
    ]);
  });

  it('of concurrent awaited emits do not add up', async () => {
    const { bus, told } = recordedBus({ recursionLimit: 3 });
    bus.on('outer:run', async () => {
      await Promise.resolve();
      await bus.emitAsync('inner:run');
    });
    bus.on('outer:run', () => bus.emitAsync('inner:run'));
    bus.on('inner:run', () => Promise.resolve());
    await Promise.all(Array.from({ length: 50 }, () => bus.emitAsync('outer:run')));
    expect(told.refused).toEqual([]);
  });
});
