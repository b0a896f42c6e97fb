import { describe, expect, it } from '@jest/globals';
import type { QueueOptions } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { settled } from '../support/heap.js';
import { printFigures } from './figures.js';
import { drawn } from './random.js';

const EVENTS = 5_000;
const HANDLERS = 50;
const CALLS = EVENTS * HANDLERS;

describe('5,000 events × 50 handlers, of which 5 % fail at random', () => {
  it('are 250,000 calls, none missing, none twice', async () => {
    const failing = drawn(CALLS, 0.05, 1);
    const calls = new Uint8Array(CALLS);
    const toldFailed = new Uint8Array(CALLS);
    let announced = 0;
    const bus = new RootEventBus();
    bus.observe({ failed: ({ error }) => void toldFailed[Number((error as Error).message)]!++ });
    bus.on('system:handler_failed', () => void announced++);
    for (let handler = 0; handler < HANDLERS; handler++) {
      const call = (event: number): void => {
        const nth = event * HANDLERS + handler;
        calls[nth]!++;
        if (failing.has(nth)) throw new Error(String(nth));
      };
      const { pattern, wrap, queue } = KINDS[handler % KINDS.length]!;
      bus.on(pattern, wrap(call), { queue });
    }

    let reportedFailed = 0;
    for (let event = 0; event < EVENTS; event++) {
      if (event % 2 === 0) bus.emit('job:run', event);
      else void bus.emitAsync('job:run', event).then(({ failures }) => (reportedFailed += failures.length));
      if (event % 50 === 0) await settled();
    }
    await bus.idle();

    const failed = [...failing];
    const { counters } = bus.inspect();
    printFigures('exactly once', { calls: sum(calls), failures: sum(toldFailed), announced });
    expect(calls.findIndex((times) => times !== 1)).toBe(-1);
    expect(toldFailed.findIndex((times, nth) => times !== Number(failing.has(nth)))).toBe(-1);
    expect(reportedFailed).toBe(failed.filter(isAwaited).length);
    expect(counters).toMatchObject({
      emitted: EVENTS + failed.length,
      delivered: CALLS + failed.length,
      failed: failed.length,
    });
    expect(announced).toBe(failed.length);
  });
});

type Call = (event: number) => void;

/** Handlers as they come: what they listen to, and when they are done. */
const KINDS: readonly {
  pattern: string;
  queue?: QueueOptions;
  wrap(call: Call): (event: number) => unknown;
}[] = [
  { pattern: 'job:run', wrap: (call) => call },
  {
    pattern: 'job:*',
    wrap: (call) => async (event) => {
      await Promise.resolve();
      call(event);
    },
  },
  {
    pattern: 'job:**',
    wrap: (call) => async (event) => {
      await settled();
      call(event);
    },
  },
  {
    pattern: 'job:run',
    queue: { capacity: EVENTS },
    wrap: (call) => async (event) => {
      if (event % 20 === 0) await settled();
      call(event);
    },
  },
  {
    pattern: '*:run',
    queue: { capacity: EVENTS, concurrency: 8 },
    wrap: (call) => async (event) => {
      await settled();
      call(event);
    },
  },
];

/** Whether the call is one that an `emitAsync` reports: every other event is emitted so, and what is queued comes later. */
function isAwaited(nth: number): boolean {
  const event = Math.floor(nth / HANDLERS);
  return event % 2 === 1 && KINDS[(nth % HANDLERS) % KINDS.length]!.queue === undefined;
}

function sum(counts: Uint8Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
