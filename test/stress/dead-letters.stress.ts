import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { settled } from '../support/heap.js';
import { printFigures } from './figures.js';
import { drawn } from './random.js';

const EVENTS = 50_000;

describe('50,000 events of which 1 % are poison to one handler', () => {
  it('leave exactly those as dead letters, which redelivery empties once the handler is cured', async () => {
    const poisoned = drawn(EVENTS, 0.01, 6);
    const bus = new RootEventBus();
    bus.observe({ failed: () => undefined });
    const handled = new Uint8Array(EVENTS);
    const handledBeside = new Uint8Array(EVENTS);
    let isCured = false;
    bus.on('job:run', (n: number) => void handledBeside[n]!++);
    bus.on(
      'job:run',
      async (n: number) => {
        if (n % 10 === 0) await settled();
        if (poisoned.has(n) && !isCured) throw new Error(`${n} is poison`);
        handled[n]!++;
      },
      {
        queue: { overflow: 'wait', concurrency: 4 },
        retry: { attempts: 2, backoff: 0 },
      },
    );
    for (let from = 0; from < EVENTS; from += 1_000) {
      await Promise.all(Array.from({ length: 1_000 }, (_, at) => bus.emitAsync('job:run', from + at)));
    }
    await bus.idle();

    const letters = bus.deadLetters.list();
    const inOrder = letters.map(({ event }) => event.data as number).toSorted((a, b) => a - b);
    expect(inOrder).toEqual([...poisoned]);
    expect(letters.filter(({ attempts }) => attempts !== 2)).toEqual([]);
    expect(handled.findIndex((times, n) => times !== Number(!poisoned.has(n)))).toBe(-1);

    const tooEarly = await bus.deadLetters.redeliverAll();
    expect(tooEarly).toEqual({ redelivered: 0, failed: poisoned.size, orphaned: 0 });
    expect(bus.deadLetters.list().filter(({ attempts }) => attempts !== 4)).toEqual([]);
    isCured = true;
    const cured = await bus.deadLetters.redeliverAll();
    printFigures('dead letters', {
      poisoned: poisoned.size,
      letters: letters.length,
      ...cured,
      left: bus.deadLetters.size,
    });
    expect(cured).toEqual({ redelivered: poisoned.size, failed: 0, orphaned: 0 });
    expect(bus.deadLetters.list()).toEqual([]);
    expect(handled.findIndex((times) => times !== 1)).toBe(-1);
    expect(handledBeside.findIndex((times) => times !== 1)).toBe(-1);
  });
});
