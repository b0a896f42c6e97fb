import { setMaxListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { QueueOptions, ScopedFigures } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { heapUsed, settled } from '../support/heap.js';
import { printFigures } from './figures.js';

const EMITS = 1_000_000;
const CAPACITY = 1_000;
const MB = 2 ** 20;

describe('1,000,000 emits at a subscriber that never finishes', () => {
  const never = (): Promise<never> => new Promise(() => {});

  it.each<[string, Partial<QueueOptions<Job>>, lost: 'dropped' | 'refused', running: number]>([
    ['drop-oldest', { overflow: 'drop-oldest' }, 'dropped', 1],
    ['drop-newest', { overflow: 'drop-newest' }, 'dropped', 1],
    ['refuse', { overflow: 'refuse' }, 'refused', 1],
    ['wait', { overflow: 'wait' }, 'refused', 1],
    ['drop-oldest, 16 keys', { concurrency: 10, orderBy: ({ data }) => data.n % 16 }, 'dropped', 10],
    [
      'refuse, 16 keys',
      { overflow: 'refuse', concurrency: 10, orderBy: ({ data }) => data.n % 16 },
      'refused',
      10,
    ],
  ])('lose what is too much, and account for every one: %s', async (name, queue, lost, running) => {
    const { bus, told } = observedBus();
    const stuck = bus.on('job:run', never, { queue: { capacity: CAPACITY, ...queue } });
    let heard = 0;
    bus.on('job:run', () => void heard++);

    const growth = await growthDuring(async (sample) => {
      for (let n = 0; n < EMITS; n++) {
        bus.emit('job:run', job(n));
        if (n % 10_000 === 0) await settled().then(sample);
      }
      await settled();
    });
    const figures = figuresOf(bus, stuck.id);
    printFigures(`overload, ${name}`, { ...figures, ...growth });
    expect(figures).toEqual({
      delivered: running,
      dropped: 0,
      refused: 0,
      waiting: CAPACITY,
      [lost]: EMITS - CAPACITY - running,
    });
    expect(told.losses).toBe(EMITS - CAPACITY - running);
    expect(heard).toBe(EMITS);
    expect(growth['MB grown']).toBeLessThan(100);
  });

  it.each(['drop-oldest', 'refuse'] as const)(
    'also when it is a stream that nobody reads: %s',
    async (overflow) => {
      const { bus } = observedBus();
      const stream = bus.stream('job:run', { capacity: CAPACITY, overflow });
      const growth = await growthDuring(async (sample) => {
        for (let n = 0; n < EMITS; n++) {
          bus.emit('job:run', job(n));
          if (n % 10_000 === 0) await settled().then(sample);
        }
      });
      const figures = figuresOf(bus, bus.inspect().subscriptions[0]!.id);
      printFigures(`overload of a stream, ${overflow}`, { ...figures, ...growth });
      const { delivered, dropped, refused, waiting } = figures;
      expect([delivered, dropped + refused, waiting]).toEqual([0, EMITS - CAPACITY, CAPACITY]);
      expect(growth['MB grown']).toBeLessThan(100);
      await stream.return();
    },
  );

  it('are refused when their emitAsync, of which 1,000 at a time wait for room, are aborted', async () => {
    const { bus } = observedBus();
    const stuck = bus.on('job:run', never, { queue: { capacity: CAPACITY, overflow: 'wait' } });
    let aborted = 0;
    const growth = await growthDuring(async (sample) => {
      for (let n = 0; n < EMITS; n += 1_000) {
        const groups = Array.from({ length: 10 }, () => new AbortController());
        for (const { signal } of groups) setMaxListeners(0, signal); // a hundred share one
        const emits = Array.from({ length: 1_000 }, (_, at) =>
          bus.emitAsync('job:run', job(n + at), { signal: groups[at % 10]!.signal }),
        );
        await settled();
        for (const group of groups) group.abort('too late');
        for (const { status } of await Promise.allSettled(emits)) if (status === 'rejected') aborted++;
        sample();
      }
    });
    const figures = figuresOf(bus, stuck.id);
    printFigures('overload, emitAsync that is aborted', { ...figures, aborted, ...growth });
    expect(figures).toEqual({
      delivered: 1,
      dropped: 0,
      refused: EMITS - CAPACITY - 1,
      waiting: CAPACITY,
    });
    expect(aborted).toBe(figures.refused);
    expect(growth['MB grown']).toBeLessThan(100);
  });
});

describe('250,000 emits at a subscriber that is slow', () => {
  const COUNT = 250_000;

  it('all arrive, in order, where emitAsync waits for room', async () => {
    const { bus } = observedBus();
    let next = 0;
    const slow = bus.on(
      'job:run',
      async ({ n }: Job) => {
        if (n === next) next++;
        if (n % 1_000 === 0) await settled();
      },
      { queue: { capacity: CAPACITY, overflow: 'wait' } },
    );
    let failures = 0;
    const growth = await growthDuring(async (sample) => {
      for (let n = 0; n < COUNT; n += 2_000) {
        const emits = Array.from({ length: 2_000 }, (_, at) => bus.emitAsync('job:run', job(n + at)));
        for (const report of await Promise.all(emits)) failures += report.failures.length;
        sample();
      }
      await bus.idle();
    });
    const figures = figuresOf(bus, slow.id);
    printFigures('overload, emitAsync that waits', { ...figures, ...growth });
    expect(figures).toEqual({ delivered: COUNT, dropped: 0, refused: 0, waiting: 0 });
    expect([next, failures]).toEqual([COUNT, 0]);
    expect(growth['MB grown']).toBeLessThan(100);
  });
});

/** A bus, and how many losses its observer was told of. */
function observedBus(): { bus: RootEventBus; told: { losses: number } } {
  const bus = new RootEventBus();
  const told = { losses: 0 };
  bus.observe({ overflowed: () => void told.losses++ });
  return { bus, told };
}

interface Job {
  readonly n: number;
  readonly parts: readonly number[];
}

/** 400 bytes and more with its event: a million of them are beyond the heap limit of this suite. */
function job(n: number): Job {
  return { n, parts: new Array<number>(30).fill(n) };
}

/** By how many MB resident memory grew at most, and what is in use after garbage collection. */
async function growthDuring(
  work: (sample: () => void) => Promise<void>,
): Promise<{ 'MB grown': number; 'MB in use': number }> {
  const heapBefore = await heapUsed();
  const before = process.memoryUsage.rss();
  let peak = before;
  await work(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  });
  return { 'MB grown': (peak - before) / MB, 'MB in use': ((await heapUsed()) - heapBefore) / MB };
}

type Figures = Pick<ScopedFigures, 'delivered' | 'dropped' | 'refused'> & { readonly waiting: number };

function figuresOf(bus: RootEventBus, id: string): Figures {
  const { delivered, dropped, refused, queue } = bus
    .inspect()
    .subscriptions.find((subscription) => subscription.id === id)!;
  return { delivered, dropped, refused, waiting: queue!.waiting };
}
