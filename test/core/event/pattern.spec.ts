import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, covers, nearMissOf, overlaps } from '../../../src/core/event/pattern.js';
import { naivePattern } from '../../support/naive-pattern.js';

const hears = (pattern: string, topic: string) => compilePattern(pattern).matches(topic);

/** Every text of one to `length` of the segments, with every choice of separators. */
function universe(segments: readonly string[], length: number): string[] {
  let last: string[] = [...segments];
  const all = [...last];
  for (let n = 1; n < length; n++) {
    last = last.flatMap((text) =>
      [':', '.'].flatMap((sep) => segments.map((segment) => text + sep + segment)),
    );
    all.push(...last);
  }
  return all;
}

const textOf = (segments: readonly string[], maxLength: number) =>
  fc
    .array(fc.tuple(fc.constantFrom(':', '.'), fc.constantFrom(...segments)), { minLength: 1, maxLength })
    .map((parts) =>
      parts
        .map((part) => part.join(''))
        .join('')
        .slice(1),
    );

const RULES: [pattern: string, heard: string[], unheard: string[]][] = [
  [
    'order:placed',
    ['order:placed'],
    ['order.placed', 'order:place', 'order', 'order:placed:x', 'Order:placed'],
  ],
  ['*', ['order', 'x'], ['order:placed', 'a.b']],
  ['order:*', ['order:placed', 'order:x'], ['order', 'order.placed', 'order:a:b', 'orders:x', 'a:order:x']],
  ['order.*', ['order.placed'], ['order:placed']],
  ['*:placed', ['order:placed', 'cart:placed'], ['order.placed', 'placed', 'a:b:placed']],
  ['a:*.c', ['a:b.c'], ['a:b:c', 'a.b.c', 'a:c', 'a.c']],
  ['**', ['a', 'a:b', 'a.b:c.d'], []],
  ['a:**', ['a', 'a:x', 'a:x:y', 'a:x.y'], ['a.x', 'ab', 'ab:x', 'b:a:x', 'a.x:y']],
  ['a:**.b', ['a.b', 'a:x.b', 'a:x:y.b', 'a:x.b.b'], ['a:b', 'a:x:b', 'a.x.b', 'a']],
  ['a:**:b', ['a:b', 'a:x:b', 'a:x.y:b', 'a:b:b'], ['a.b', 'a:x.b', 'a.x:b', 'ab', 'a:b:c']],
  ['**:b', ['b', 'x:b', 'x.y:b', 'b:b'], ['x.b', 'b:x', 'xb']],
  ['**.b', ['b', 'x.b', 'x:y.b'], ['x:b']],
  ['**:*', ['a', 'a:b', 'a.b:c'], ['a.b']],
  ['*:**', ['a', 'a:b', 'a:b.c'], ['a.b']],
  ['**:**', ['a', 'a:b', 'a.b'], []],
  ['a:**:**.b', ['a.b', 'a:x.b', 'a:x:y.b'], ['a:b']],
  ['**:a:**', ['a', 'x:a', 'x.y:a:z.w', 'a:a'], ['x.a', 'x', 'a.b', 'x:a.b']],
];

describe('a compiled pattern', () => {
  it.each(RULES)('%s hears %j and does not hear %j', (pattern, heard, unheard) => {
    expect(heard.filter((topic) => !hears(pattern, topic))).toEqual([]);
    expect(unheard.filter((topic) => hears(pattern, topic))).toEqual([]);
  });

  it('agrees with a regular expression on every small pattern and topic', () => {
    const topics = universe(['a', 'b', 'other'], 4);
    for (const pattern of universe(['a', 'b', '*', '**'], 3)) {
      const compiled = compilePattern(pattern);
      const reference = naivePattern(pattern);
      const wrong = topics.filter((topic) => compiled.matches(topic) !== reference.test(topic));
      expect({ pattern, wrong }).toEqual({ pattern, wrong: [] });
    }
  });

  it('agrees with a regular expression on larger patterns and topics', () => {
    const segments = ['a', 'b', 'ab', '-', '__proto__'];
    fc.assert(
      fc.property(textOf([...segments, '*', '*', '**', '**'], 7), textOf(segments, 9), (pattern, topic) => {
        expect(hears(pattern, topic)).toBe(naivePattern(pattern).test(topic));
      }),
      { numRuns: 3_000 },
    );
  });

  it('hears what it was made from', () => {
    const topic = textOf(['a', 'b', 'c'], 6);
    const wildcards = fc.array(fc.constantFrom('', '*', '**'), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(topic, wildcards, (original, replacements) => {
        let at = 0;
        const pattern = original.replace(/[a-z]/g, (segment) => replacements[at++] || segment);
        expect(hears(pattern, original)).toBe(true);
      }),
    );
  });

  it('knows its source, whether it is exact, and its domain', () => {
    expect(compilePattern('order:placed')).toMatchObject({
      source: 'order:placed',
      exact: true,
      domain: 'order',
    });
    expect(compilePattern('order.*')).toMatchObject({ source: 'order.*', exact: false, domain: 'order' });
    expect(compilePattern('*:placed')).toMatchObject({ source: '*:placed', exact: false, domain: undefined });
    expect(compilePattern('**')).toMatchObject({ source: '**', exact: false, domain: undefined });
  });

  it('hears topics of its own domain only', () => {
    fc.assert(
      fc.property(textOf(['a', 'b', 'ab', '*', '**'], 4), textOf(['a', 'b', 'ab'], 4), (source, topic) => {
        const { domain } = compilePattern(source);
        expect(hears(source, topic) && domain !== undefined && topic.split(/[:.]/)[0] !== domain).toBe(false);
      }),
    );
  });

  it('decides the longest of topics against the most ambiguous of patterns without backtracking', () => {
    const pattern = `${'**:'.repeat(85)}b`; // 256 characters
    expect(hears(pattern, `${'a:'.repeat(127)}a`)).toBe(false); // a backtracking matcher would never come back
    expect(hears(pattern, `${'a.'.repeat(126)}a:b`)).toBe(true);
  });
});

describe('covers', () => {
  it.each([
    ['order:*', 'order:placed'],
    ['order:**', 'order:*'],
    ['order:**', 'order'],
    ['order:**', 'order:**:x'],
    ['**', 'a:**.b'],
    ['**', '**:**'],
    ['**:**', '**'],
    ['a:**', 'a:**:**'],
    ['a:**:**', 'a:**'],
    ['a:**:b', 'a:*:b'],
    ['a:**:b', 'a:b'],
    ['**:b', 'b'],
    ['other:*', 'other:x'],
    ['**:a:*:*', '**:a:a:*:a'],
  ])('%s covers %s', (general, special) => {
    expect(covers(general, special)).toBe(true);
  });

  it.each([
    ['order:placed', 'order:*'],
    ['order:*', 'order:**'],
    ['order:*', 'order.*'],
    ['order:*', 'orders:*'],
    ['*:*', 'order:**'],
    ['*:**', '**'],
    ['*', '**'],
    ['other:*', '*:x'],
    ['a:**', 'a.b'],
    ['a:**.b', 'a:**:b'],
    ['a:**', '**'],
  ])('%s does not cover %s', (general, special) => {
    expect(covers(general, special)).toBe(false);
  });

  const patterns = universe(['a', '*', '**'], 3);
  const answers = patterns.map((general) => patterns.map((special) => covers(general, special)));

  it('holds for two small patterns exactly when no topic is heard by the special one alone', () => {
    const topics = universe(['a', 'other'], 5);
    const heard = patterns.map((pattern) => topics.map((topic) => hears(pattern, topic)));
    patterns.forEach((general, g) => {
      patterns.forEach((special, s) => {
        const witness = topics.find((_, t) => heard[s]![t] && !heard[g]![t]);
        if (answers[g]![s] !== (witness === undefined)) {
          throw new Error(
            `covers('${general}', '${special}') is ${answers[g]![s]}, and the witness is ${witness}`,
          );
        }
      });
    });
  });

  it('is reflexive and transitive', () => {
    patterns.forEach((_, a) => {
      expect(answers[a]![a]).toBe(true);
      patterns.forEach((_, b) => {
        if (!answers[a]![b]) return;
        const broken = patterns.filter((_, c) => answers[b]![c] && !answers[a]![c]);
        expect(broken).toEqual([]);
      });
    });
  });

  it('is right about larger patterns, by a witness from every topic over their literals and another', () => {
    const topics = universe(['a', 'b', 'other'], 5);
    const pattern = textOf(['a', 'b', '*', '*', '**'], 4);
    fc.assert(
      fc.property(pattern, pattern, (general, special) => {
        const witness = topics.find((topic) => hears(special, topic) && !hears(general, topic));
        expect({ general, special, covers: covers(general, special), witness }).toMatchObject({
          covers: witness === undefined,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('says no, within a bounded number of steps, to patterns that are too tangled to decide', () => {
    const stars = '*:'.repeat(40);
    expect(covers(`**:a:${stars}**`, `**:a:${stars}*`)).toBe(false);
    expect(covers(`**:a:${stars}**`, `**:a:${stars}**`)).toBe(true); // equal ones are never too tangled
  });
});

describe('overlaps', () => {
  it('holds for two small patterns exactly when some topic is heard by both', () => {
    const topics = universe(['a', 'other'], 5);
    const patterns = universe(['a', '*', '**'], 3);
    const heard = patterns.map((pattern) => topics.map((topic) => hears(pattern, topic)));
    patterns.forEach((a, i) => {
      patterns.forEach((b, j) => {
        const witness = topics.find((_, t) => heard[i]![t] && heard[j]![t]);
        if (overlaps(a, b) !== (witness !== undefined)) {
          throw new Error(`overlaps('${a}', '${b}') is ${overlaps(a, b)}, and the witness is ${witness}`);
        }
      });
    });
  });

  it('tells literals apart', () => {
    expect(overlaps('order:*', '*:placed')).toBe(true);
    expect(overlaps('order:*', 'cart:**')).toBe(false);
    expect(overlaps('order:**.x', 'order:**:y')).toBe(false);
  });
});

describe('nearMissOf', () => {
  it.each([
    ['order.*', 'order:x'],
    ['order.placed', 'order:placed'],
    ['*.placed', 'order:placed'],
    ['order:**', 'order.x:y'],
    ['Order:Placed', 'order:placed'],
    ['order:*', 'ORDER:x'],
    ['Order.*', 'order:x'],
    ['*', 'order:placed'],
  ])('%s nearly matches %s', (pattern, topic) => {
    expect(nearMissOf(compilePattern(pattern))(topic)).toBe(true);
  });

  it.each([
    ['order:*', 'order:x'], // it does match
    ['*', 'order'],
    ['**', 'order:x'],
    ['order:*', 'order:a:b'],
    ['order.*', 'cart:x'],
    ['order.*', 'orders:x'],
    ['order:placed', 'order:paid'],
  ])('%s does not nearly match %s', (pattern, topic) => {
    expect(nearMissOf(compilePattern(pattern))(topic)).toBe(false);
  });
});
