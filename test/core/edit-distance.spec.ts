import { describe, expect, it } from '@jest/globals';
import { editDistance } from '../../src/core/edit-distance.js';

describe('The distance between two texts', () => {
  it.each([
    ['order', 'order', 0],
    ['order', 'ordr', 1],
    ['order', 'oorder', 1],
    ['order', 'orper', 1],
    ['order', 'odrer', 1],
    ['order:placed', 'order:plcaed', 1],
    ['order', 'odre', 2],
    ['', 'ab', 2],
    ['', '', 0],
    ['order', 'payment', 3],
    ['abcdef', 'fedcba', 3],
    ['short', 'a text that is far longer', 3],
  ])('from %j to %j is %i (3: more than 2)', (a, b, distance) => {
    expect(editDistance(a, b, 2)).toBe(distance);
    expect(editDistance(b, a, 2)).toBe(distance);
  });
});
