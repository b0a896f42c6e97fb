import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Latest } from '../../../src/core/history/latest.js';
import { settled } from '../../support/heap.js';

describe('the latest of many', () => {
  it('are the last that were added, as many as fit, whatever happened to them in between', () => {
    const step = fc.oneof(
      { arbitrary: fc.constant('push' as const), weight: 50 },
      { arbitrary: fc.constantFrom('map' as const, 'clear' as const), weight: 1 },
    );
    fc.assert(
      fc.property(fc.nat({ max: 70 }), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const latest = new Latest<number>(capacity);
        let expected: number[] = [];
        for (const [n, call] of steps.entries()) {
          if (call === 'clear') {
            latest.clear();
            expected = [];
          } else if (call === 'map') {
            latest.map((item) => item + 1_000);
            expected = expected.map((item) => item + 1_000);
          } else {
            latest.push(n);
            expected = capacity === 0 ? [] : [...expected, n].slice(-capacity);
          }
          expect(latest.size).toBe(expected.length);
        }
        expect([...latest.newestFirst()]).toEqual(expected.toReversed());
      }),
      { numRuns: 300 },
    );
  });

  it('do not keep what had to leave', async () => {
    const latest = new Latest<object>(1);
    let left!: WeakRef<object>;
    (() => {
      const item = {};
      left = new WeakRef(item);
      latest.push(item);
      latest.push({});
    })();
    // A WeakRef keeps its target until the job in which it was made has ended.
    await settled();
    globalThis.gc!();
    expect(left.deref()).toBeUndefined();
    expect(latest.size).toBe(1);
  });

  it('have something else in the place of each, wherever the oldest stands', () => {
    const latest = new Latest<number>(3);
    for (let n = 1; n <= 5; n++) {
      latest.push(n);
      latest.map((item) => item + 10);
    }
    expect([...latest.newestFirst()]).toEqual([15, 24, 33]);
  });
});
