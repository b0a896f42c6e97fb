import { describe, expect, it } from '@jest/globals';
import { compareFigures } from '../../benchmarks/guard/compare.mjs';
import { combined, figuresOf } from '../../benchmarks/guard/figures.mjs';

const committed = { ratios: { 'emit: bus / loop': 2 }, bytes: { 'allocation: bus': 96 } };
const compared = (ratio: number, bytes: number) =>
  compareFigures(committed, { ratios: { 'emit: bus / loop': ratio }, bytes: { 'allocation: bus': bytes } });

describe('The guard', () => {
  it('lets pass what is within the margins', () => {
    expect(compared(2, 96)).toEqual({ worse: [], better: [] });
    expect(compared(3, 100)).toEqual({ worse: [], better: [] });
    expect(compared(1.34, 92)).toEqual({ worse: [], better: [] });
  });

  it('tells what has become worse, by how much, and what the margin is', () => {
    expect(compared(3.1, 101)).toEqual({
      worse: [
        'emit: bus / loop: 3.1× instead of 2×, which is 1.55 times as much (up to 1.5 times is taken for noise)',
        'allocation: bus: 101 bytes instead of 96 (up to 4 more are taken for noise)',
      ],
      better: [],
    });
  });

  it('tells what has become better, which the committed figure would let go again', () => {
    const { worse, better } = compared(1, 64);
    expect(worse).toEqual([]);
    expect(better).toEqual([
      'emit: bus / loop: 1× instead of 2×, which is 0.50 times as much',
      'allocation: bus: 64 bytes instead of 96',
    ]);
  });

  it('is not passed by what is measured and not committed, or committed and not measured', () => {
    const other = { ratios: { 'emit: other / loop': 1 }, bytes: { 'allocation: bus': 96 } };
    expect(compareFigures(committed, other).worse).toEqual([
      'emit: other / loop: no figure is committed to hold it to',
      'emit: bus / loop: is committed, and was not measured',
    ]);
  });

  it('counts the least of each contender’s rounds as ratios, and their median as whole bytes', () => {
    const own = { 'bus-bare': [9, 6, 80], 'bus-full': [12, 80, 90], 'bus-nest': [3, 4, 20] };
    const timed = { ...own, 'plain-loop': [20, 4, 3], eventemitter2: [6, 7, 8] };
    const allocated = { ...own, 'bus-bare': [104, 96.2, 96.4] };
    const results = [
      { name: 'emit', unit: 'ns', values: timed },
      { name: 'allocation', unit: 'bytes', values: allocated },
    ];
    expect(figuresOf({ results })).toEqual({
      ratios: {
        'emit: bus-bare / plain-loop': 2,
        'emit: bus-bare / eventemitter2': 1,
        'emit: bus-full / plain-loop': 4,
        'emit: bus-full / eventemitter2': 2,
        'emit: bus-nest / plain-loop': 1,
        'emit: bus-nest / eventemitter2': 0.5,
      },
      bytes: { 'allocation: bus-bare': 96, 'allocation: bus-full': 80, 'allocation: bus-nest': 4 },
    });
  });

  it('takes each figure of several measurements on its own', () => {
    const first = { ratios: { a: 1, b: 4 }, bytes: { c: 9 } };
    const second = { ratios: { a: 2, b: 3 }, bytes: { c: 10 } };
    const least = (values: number[]) => Math.min(...values);
    expect(combined([first, second], least)).toEqual({ ratios: { a: 1, b: 3 }, bytes: { c: 9 } });
  });
});
