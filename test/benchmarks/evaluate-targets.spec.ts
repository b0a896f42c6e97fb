import { describe, expect, it } from '@jest/globals';
import { evaluateTargets, unmeasurable } from '../../benchmarks/report/evaluate-targets.mjs';

const contenders = { bus: 'this bus', loop: 'plain loop' };
const run = {
  results: [
    { name: 'emit', title: 'emit', unit: 'ns', contenders, values: { bus: [4, 6, 80], loop: [2, 3, 20] } },
    { name: 'grow', title: 'grow', unit: 'ns', size: 1, contenders, values: { bus: [10, 12, 14] } },
    { name: 'grow', title: 'grow', unit: 'ns', size: 100, contenders, values: { bus: [20, 22, 24] } },
  ],
};
const verdicts = (target: object) =>
  evaluateTargets([target], run).map(({ figure, isReached, size }: Record<string, unknown>) => ({
    figure,
    isReached,
    size,
  }));

describe('The evaluation of the targets', () => {
  it('takes a ratio within the rounds', () => {
    const target = { scenario: 'emit', contender: 'bus', of: 'loop' };
    expect(verdicts({ ...target, atMost: 2 })).toEqual([{ figure: 2, isReached: true }]);
    expect(verdicts({ ...target, atMost: 1.99 })).toEqual([{ figure: 2, isReached: false }]);
  });

  it('takes the median of what is to be compared with nothing, and judges each size', () => {
    expect(verdicts({ scenario: 'grow', contender: 'bus', atMost: 15 })).toEqual([
      { figure: 12, isReached: true, size: 1 },
      { figure: 22, isReached: false, size: 100 },
    ]);
  });

  it('takes for reached nothing that was not measured', () => {
    const unmeasured = [{ figure: undefined, isReached: undefined, size: undefined }];
    expect(verdicts({ scenario: 'gone', contender: 'bus', atMost: 1e9 })).toEqual(unmeasured);
    expect(verdicts({ scenario: 'emit', contender: 'gone', atMost: 1e9 })).toEqual(unmeasured);
    expect(verdicts({ scenario: 'emit', contender: 'bus', of: 'gone', atMost: 1e9 })).toEqual(unmeasured);
  });

  it('finds targets that no run will ever measure', () => {
    const scenarios = [{ name: 'emit', contenders: ['bus', 'loop'] }];
    const target = { scenario: 'emit', contender: 'bus' };
    expect(unmeasurable([target, { ...target, of: 'loop' }], scenarios)).toEqual([]);
    expect(
      unmeasurable(
        [
          { ...target, scenario: 'gone' },
          { ...target, of: 'lop' },
          { ...target, contender: 'buss' },
        ],
        scenarios,
      ),
    ).toEqual([
      'There is no scenario "gone".',
      '"lop" takes no part in "emit".',
      '"buss" takes no part in "emit".',
    ]);
  });
});
