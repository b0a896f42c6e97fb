import { describe, expect, it } from '@jest/globals';
import { median, ratio, summary } from '../../benchmarks/harness/statistics.mjs';

describe('The statistics of the benchmarks', () => {
  it('find the value that as many are above as below, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 4])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('sort by size, not as text', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('summarise by quartiles, between the two nearest values where none is on the spot', () => {
    expect(summary([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, rounds: 5 });
    expect(summary([1, 2, 3, 4])).toEqual({ median: 2.5, low: 1.75, high: 3.25, rounds: 4 });
  });

  it('leave what they are given as it was', () => {
    const values = [3, 1, 2];
    summary(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('take ratios within a round, so that a slow round counts for both', () => {
    // The third round took ten times as long for both: the ratio of the medians would be 2.
    expect(ratio([3, 4, 30], [1, 2, 10])).toMatchObject({ median: 3 });
    expect(ratio([2, 20, 8], [1, 10, 2])).toMatchObject({ median: 2, rounds: 3 });
  });

  it('take no ratio to nothing, nor to less', () => {
    expect(ratio([2, 3], [1, 0])).toBeUndefined();
    expect(ratio([2, 3], [-1, 1])).toBeUndefined();
  });
});
