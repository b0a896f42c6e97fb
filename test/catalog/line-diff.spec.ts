import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineDiff } from '../../src/catalog/line-diff.js';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`).join('\n');

describe('A difference by lines', () => {
  it('shows what was and what is, with two lines around', () => {
    expect(lineDiff(lines(0, 9), `${lines(0, 4)}\nnew\nnewer\n${lines(5, 9)}`)).toBe(
      ['  line 2', '  line 3', '- line 4', '+ new', '+ newer', '  line 5', '  line 6'].join('\n'),
    );
  });

  it('leaves out what is far from any change', () => {
    const diff = lineDiff(lines(0, 30), `first\n${lines(0, 29)}`);
    expect(diff.split('\n')).toEqual([
      '+ first',
      '  line 0',
      '  line 1',
      '…',
      '  line 27',
      '  line 28',
      '- line 29',
    ]);
  });

  it('is empty for equal texts', () => {
    expect(lineDiff('a\nb', 'a\nb')).toBe('');
  });

  it('turns one text into the other, and back', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before.join() !== after.join());
        const diff = lineDiff(before.join('\n'), after.join('\n'));
        const side = (mark: string) =>
          diff.split('\n').flatMap((line) => (line[0] === mark || line[0] === ' ' ? [line.slice(2)] : []));
        expect(side('-')).toEqual(before);
        expect(side('+')).toEqual(after);
      }),
    );
  });

  it('stays quick on texts that have nothing in common', () => {
    const many = (mark: string) => Array.from({ length: 50_000 }, (_, at) => `${mark}${at}`).join('\n');
    expect(lineDiff(many('a'), many('b')).split('\n')).toHaveLength(100_000);
  });
});
