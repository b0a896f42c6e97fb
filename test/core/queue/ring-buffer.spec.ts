import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RingBuffer } from '../../../src/core/queue/ring-buffer.js';

/** What a ring buffer is, with no thought of speed. */
class PlainBuffer {
  items: number[] = [];

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.items.length;
  }

  push(item: number): number | undefined {
    this.items.push(item);
    return this.items.length > this.capacity ? this.items.shift() : undefined;
  }

  shift(): number | undefined {
    return this.items.shift();
  }

  clear(): void {
    this.items = [];
  }

  newestFirst(): number[] {
    return this.items.toReversed();
  }
}

interface Burst {
  call: 'push' | 'shift' | 'clear';
  times: number;
}

/** All that can be seen of a buffer while these calls are made. */
function seenOf(buffer: PlainBuffer | RingBuffer<number>, bursts: readonly Burst[]): unknown[] {
  const seen: unknown[] = [];
  let next = 0;
  for (const { call, times } of bursts) {
    for (let n = 0; n < times; n++)
      seen.push(call === 'push' ? buffer.push(++next) : buffer[call](), buffer.size);
    seen.push([...buffer.newestFirst()]);
  }
  return seen;
}

describe('a ring buffer', () => {
  it('does what an array does that is cut to its capacity, whatever the order of calls', () => {
    const call = fc.constantFrom('push', 'push', 'push', 'push', 'shift', 'shift', 'clear');
    const burst: fc.Arbitrary<Burst> = fc.record({ call, times: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(fc.nat({ max: 70 }), fc.array(burst, { maxLength: 30 }), (capacity, bursts) => {
        const seen = seenOf(new RingBuffer(capacity), bursts);
        expect(seen).toEqual(seenOf(new PlainBuffer(capacity), bursts));
      }),
      { numRuns: 300 },
    );
  });

  it('hands back at once what it has no room for when its capacity is 0', () => {
    const buffer = new RingBuffer<string>(0);
    expect(buffer.push('a')).toBe('a');
    expect(buffer.size).toBe(0);
    expect(buffer.shift()).toBeUndefined();
    expect([...buffer.newestFirst()]).toEqual([]);
  });

  it('lets go of what was shifted, cleared and pushed out', async () => {
    const refs: WeakRef<object>[] = [];
    const tracked = (): object => {
      const item = {};
      refs.push(new WeakRef(item));
      return item;
    };
    const shifted = new RingBuffer<object>(4);
    const cleared = new RingBuffer<object>(4);
    const full = new RingBuffer<object>(1);
    (() => {
      shifted.push(tracked());
      shifted.shift();
      cleared.push(tracked());
      cleared.clear();
      full.push(tracked());
      full.push({});
    })();
    // A WeakRef keeps its target until the job in which it was made has ended.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc!();
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined]);
    expect([shifted.size, cleared.size, full.size]).toEqual([0, 0, 1]);
  });

  it('has something else in the place of each item, wherever its oldest stands', () => {
    const buffer = new RingBuffer<number>(3);
    for (let n = 1; n <= 5; n++) {
      buffer.push(n);
      buffer.map((item) => item + 10);
    }
    expect([...buffer.newestFirst()]).toEqual([15, 24, 33]);
  });
});
