import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lane } from '../../../src/core/queue/lanes.js';
import { Lanes } from '../../../src/core/queue/lanes.js';
import type { BusEvent } from '../../../src/core/event/event.js';
import { createEvent } from '../../../src/core/event/event.js';

const eventOf = (data: unknown): BusEvent =>
  createEvent(0, 'a:b', data, undefined, undefined, undefined, undefined);

/** The events in an array; a key is busy while one of its events is out. */
class NaiveLanes {
  readonly waiting: { event: BusEvent; key: unknown }[] = [];
  readonly busy = new Set<unknown>();

  /** The events that may be taken: those before which no other of their key waits, and whose key is not busy. */
  get ready(): BusEvent[] {
    return this.waiting
      .filter(
        ({ key }, at) => !this.busy.has(key) && this.waiting.findIndex((other) => other.key === key) === at,
      )
      .map(({ event }) => event);
  }

  take(event: BusEvent): void {
    const at = this.waiting.findIndex((each) => each.event === event);
    this.busy.add(this.waiting[at]!.key);
    this.waiting.splice(at, 1);
  }
}

type Step = { do: 'push'; key: number } | { do: 'take' | 'release' | 'drop'; nth: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('push' as const), key: fc.nat({ max: 4 }) }),
  fc.record({
    do: fc.constantFrom('take' as const, 'take' as const, 'release' as const, 'drop' as const),
    nth: fc.nat(),
  }),
);

describe('Lanes', () => {
  it('give what a plain list would: an event of every free key in its order, the oldest of all to be dropped', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const lanes = new Lanes();
        const naive = new NaiveLanes();
        const out: { key: unknown; lane: Lane }[] = [];
        for (const todo of steps) {
          if (todo.do === 'push') {
            const event = eventOf(todo.key);
            lanes.push(event, todo.key);
            naive.waiting.push({ event, key: todo.key });
          } else if (todo.do === 'take' && lanes.ready()) {
            const event = lanes.take();
            expect(naive.ready).toContain(event);
            naive.take(event);
            out.push({ key: event.data, lane: lanes.taken });
          } else if (todo.do === 'release' && out.length > 0) {
            const [released] = out.splice(todo.nth % out.length, 1);
            naive.busy.delete(released!.key);
            lanes.release(released!.lane);
          } else if (todo.do === 'drop') {
            expect(lanes.dropOldest()).toBe(naive.waiting.shift()?.event);
          }
          expect(lanes.ready()).toBe(naive.ready.length > 0);
          expect(lanes.size).toBe(naive.waiting.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('give the oldest event that may be taken, where what is released is taken up at once', () => {
    const lanes = new Lanes();
    for (const key of ['a', 'a', 'b', 'a', 'b', 'c']) lanes.push(eventOf(key), key);
    const taken: unknown[] = [];
    const take = (): Lane => {
      taken.push(lanes.take().data);
      return lanes.taken;
    };
    const [a, b] = [take(), take()];
    expect(lanes.ready()).toBe(true);
    lanes.release(a);
    const again = take();
    lanes.release(b);
    take();
    take();
    expect(lanes.ready()).toBe(false);
    lanes.release(again);
    take();
    expect(taken).toEqual(['a', 'b', 'a', 'b', 'c', 'a']);
  });

  it('need no longer for a hot key, whose events wait behind one another, than for many', () => {
    const count = 200_000;
    const timeOf = (keyOf: (n: number) => unknown): number => {
      const lanes = new Lanes();
      const start = performance.now();
      for (let n = 0; n < count; n++) lanes.push(eventOf(n), keyOf(n));
      while (lanes.ready()) {
        lanes.take();
        lanes.release(lanes.taken);
      }
      expect(lanes.size).toBe(0);
      return performance.now() - start;
    };
    timeOf((n) => n);
    // A quadratic one would take minutes.
    expect(timeOf(() => 'hot')).toBeLessThan(5_000);
    expect(timeOf((n) => n)).toBeLessThan(5_000);
  });

  it('are empty once cleared, whatever is out', () => {
    const lanes = new Lanes();
    for (const key of ['a', 'a', 'b', 'a']) lanes.push(eventOf(key), key);
    lanes.take();
    expect(lanes.ready()).toBe(true);
    const lane = lanes.taken;
    lanes.clear();
    expect([lanes.size, lanes.ready()]).toEqual([0, false]);
    lanes.release(lane);
    lanes.push(eventOf('again'), 'a');
    expect(lanes.take().data).toBe('again');
  });
});
