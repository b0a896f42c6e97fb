import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { SubscribeOptions } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { settled } from '../support/heap.js';
import { printFigures } from './figures.js';
import { medianOf } from './trend.js';

const ROUNDS = 7;
const EVENTS = 15_000;

describe('A subscriber that takes 100 ms beside a fast one', () => {
  it.each<[string, 'emit' | 'emitAsync', fast: SubscribeOptions]>([
    ['emit, a queue each', 'emit', { queue: true }],
    ['emitAsync, a queue for the slow one', 'emitAsync', {}],
  ])('leaves the p99 of the fast one within twice of what it was alone: %s', async (name, emit, fast) => {
    const ratios: number[] = [];
    const alone: number[] = [];
    const beside: number[] = [];
    let handledSlowly = 0;
    await p99Of(quietBus(), emit, fast);
    // Interleaved, and judged by the median of the rounds: a machine that is busy with something else must not decide.
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await p99Of(quietBus(), emit, fast));
      const bus = quietBus();
      const slowOne = async (): Promise<void> => {
        await setTimeout(100);
        handledSlowly++;
      };
      const subscription = bus.on('job:run', slowOne, { queue: true, priority: 1 });
      beside.push(await p99Of(bus, emit, fast));
      subscription.unsubscribe();
      await bus.idle();
      ratios.push(beside.at(-1)! / alone.at(-1)!);
    }
    const ratio = medianOf(ratios);
    printFigures(`slow neighbour, ${name}`, {
      'µs alone': medianOf(alone) * 1_000,
      'µs beside': medianOf(beside) * 1_000,
      ratio,
      'handled slowly': handledSlowly,
    });
    expect(ratio).toBeLessThan(2);
    expect(handledSlowly).toBeGreaterThan(0);
  });
});

function quietBus(): RootEventBus {
  const bus = new RootEventBus();
  bus.observe({ overflowed: () => undefined });
  return bus;
}

/** The time from an event's emit until a handler that needs a turn of the event loop is done with it: in ms, the 99th percentile. */
async function p99Of(
  bus: RootEventBus,
  emit: 'emit' | 'emitAsync',
  options: SubscribeOptions,
): Promise<number> {
  const times: number[] = [];
  let done!: () => void;
  bus.on(
    'job:run',
    async (emittedAt: number) => {
      await settled();
      times.push(performance.now() - emittedAt);
      done();
    },
    options,
  );
  for (let n = 0; n < EVENTS; n++) {
    const handled = new Promise<void>((resolve) => (done = resolve));
    void bus[emit]('job:run', performance.now());
    await handled;
  }
  return times.toSorted((a, b) => a - b)[Math.floor(EVENTS * 0.99)]!;
}
