import { describe, expect, it } from '@jest/globals';
import { indented, oneLine } from '../../src/logging/one-line.js';

describe('A text on one line', () => {
  it.each([
    ['plain text, “quotes” and 日本語', 'plain text, “quotes” and 日本語'],
    ['a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['\u001B[31mred\u009B0m', '\\u{1b}[31mred\\u{9b}0m'],
    ['a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
    ['\u202Etxt.exe\u0000', '\\u{202e}txt.exe\\u{0}'],
  ])('has no controls: %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('of a stack is indented, each of its lines', () => {
    expect(indented('Error: a\nLOG forged\r\n    at f\ncaused by: x')).toBe(
      '  Error: a\n  LOG forged\\r\n    at f\n  caused by: x',
    );
  });
});
