import { describe, expect, it } from '@jest/globals';
import { TARGETS } from '../../benchmarks/targets.mjs';

describe('The targets', () => {
  it('are each about something else', () => {
    const subjects = TARGETS.map(({ scenario, contender, of }) => [scenario, contender, of].join(' '));
    expect(new Set(subjects).size).toBe(subjects.length);
  });
});
