import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RingBuffer } from '../../../src/core/queue/ring-buffer.js';
import { settled } from '../../support/heap.js';

/** What a ring buffer is, with no thought of speed. */
class PlainBuffer {
  items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  push(item: number): void {
    this.items.push(item);
  }

  shift(): number | undefined {
    return this.items.shift();
  }

  clear(): void {
    this.items = [];
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
    for (let n = 0; n < times; n++) {
      if (call === 'push') buffer.push(++next);
      else seen.push(buffer[call]());
      seen.push(buffer.size);
    }
  }
  return seen;
}

describe('a ring buffer', () => {
  it('does what an array does, whatever the order of calls', () => {
    const call = fc.constantFrom('push', 'push', 'push', 'push', 'shift', 'shift', 'clear');
    const burst: fc.Arbitrary<Burst> = fc.record({ call, times: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 30 }), (bursts) => {
        expect(seenOf(new RingBuffer(), bursts)).toEqual(seenOf(new PlainBuffer(), bursts));
      }),
      { numRuns: 300 },
    );
  });

  it('lets go of what was shifted and cleared', async () => {
    const refs: WeakRef<object>[] = [];
    const tracked = (): object => {
      const item = {};
      refs.push(new WeakRef(item));
      return item;
    };
    const shifted = new RingBuffer<object>();
    const cleared = new RingBuffer<object>();
    (() => {
      shifted.push(tracked());
      shifted.shift();
      cleared.push(tracked());
      cleared.clear();
    })();
    // A WeakRef keeps its target until the job in which it was made has ended.
    await settled();
    globalThis.gc!();
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined]);
    expect([shifted.size, cleared.size]).toEqual([0, 0]);
  });
});
