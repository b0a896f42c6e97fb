import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  domainOf,
  explainPattern,
  explainTopic,
  hasWildcard,
  isPattern,
  isTopic,
  MAX_TOPIC_LENGTH,
  quote,
} from '../../../src/core/event/topic.js';

const TOPICS = [
  'order:placed',
  'order',
  'invite.accepted',
  'github:pull_request.opened',
  'a:b.c:d',
  'A-1:_:-',
  '__proto__.x',
  'constructor',
  'x'.repeat(MAX_TOPIC_LENGTH),
];

const PATTERNS = ['*', '**', 'order:*', '*:placed', 'order:**', '**:placed', 'a:**.b', '**:**', '*.*:*'];

/** Text that is neither topic nor pattern, and what the explanation has to say about it. */
const FAULTS: [value: unknown, says: string][] = [
  ['', 'it is empty'],
  [':', 'its segment 1 is empty'],
  ['order:', 'its segment 2 is empty'],
  ['.order', 'its segment 1 is empty'],
  ['a::b', 'its segment 2 is empty'],
  ['a:b.:c', 'its segment 3 is empty'],
  ['order placed', 'it contains " " at position 6'],
  ['order:placed\n', String.raw`it contains "\n" at position 13`],
  ['a\r\nINFO forged', String.raw`it contains "\r" at position 2`],
  ['a:\0', String.raw`it contains "\u0000" at position 3`],
  ['größe', 'it contains "ö" at position 3'],
  ['😀:a', 'it contains "😀" at position 1'],
  ['order/placed', 'it contains "/" at position 6'],
  ['x'.repeat(257), 'it has 257 characters, and at most 256 are allowed'],
  ['ord*', 'its segment 1, "ord*", mixes a wildcard with other characters'],
  ['order:*d', 'its segment 2, "*d", mixes a wildcard'],
  ['order:***', 'its segment 2, "***", mixes a wildcard'],
  [undefined, 'expected a string'],
  [null, 'expected a string'],
  [42, 'expected a string'],
  [['order:placed'], 'expected a string'],
  [Symbol('order'), 'expected a string'],
  [new String('order:placed'), 'expected a string'],
];

describe('a topic', () => {
  it.each(TOPICS)('%s is valid as a topic and as a pattern', (topic) => {
    expect(isTopic(topic)).toBe(true);
    expect(isPattern(topic)).toBe(true);
    expect(hasWildcard(topic)).toBe(false);
    expect(explainTopic(topic)).toBeUndefined();
    expect(explainPattern(topic)).toBeUndefined();
  });

  it('belongs to the domain that its first segment names', () => {
    expect(domainOf('order:placed')).toBe('order');
    expect(domainOf('order.placed:now')).toBe('order');
    expect(domainOf('order')).toBe('order');
  });
});

describe('a pattern with a wildcard', () => {
  it.each(PATTERNS)('%s is valid as a pattern, and no topic', (pattern) => {
    expect(isPattern(pattern)).toBe(true);
    expect(hasWildcard(pattern)).toBe(true);
    expect(explainPattern(pattern)).toBeUndefined();
    expect(isTopic(pattern)).toBe(false);
    expect(explainTopic(pattern)).toBe(
      `"${pattern}" is not a topic: it has a wildcard, and wildcards are for listening only`,
    );
  });
});

describe('a value that is neither', () => {
  it.each(FAULTS)('%p is refused, and the explanation names its fault', (value, says) => {
    expect(isTopic(value)).toBe(false);
    expect(isPattern(value)).toBe(false);
    expect(explainTopic(value)).toContain(`${quote(value)} is not a topic: ${says}`);
    expect(explainPattern(value)).toContain(`${quote(value)} is not a pattern: ${says}`);
  });

  it('is explained exactly when it is refused, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'B', '7', '_', '-', ':', '.', '*', ' ', '\n', 'ö') }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(explainTopic(value) === undefined).toBe(isTopic(value));
        expect(explainPattern(value) === undefined).toBe(isPattern(value));
      }),
    );
  });

  it('is refused in linear time, however long and however nearly right it is', () => {
    for (const hostile of ['a'.repeat(1e6), 'a:'.repeat(5e5), '*'.repeat(1e6), `${'a:'.repeat(127)}!`]) {
      expect(isPattern(hostile)).toBe(false);
      expect(explainPattern(hostile)!.length).toBeLessThan(500);
    }
  });
});

describe('quote', () => {
  it('shows text in quotes, and what nobody can see as an escape', () => {
    expect(quote('order:placed')).toBe('"order:placed"');
    expect(quote('a"\r\n\0b')).toBe(String.raw`"a\"\r\n\u0000b"`);
    expect(quote('a\u2028b\u202e\u00a0')).toBe(String.raw`"a\u{2028}b\u{202e}\u{a0}"`);
    expect(quote('größe 😀')).toBe('"größe 😀"');
  });

  it('shortens long text and gives its length', () => {
    expect(quote('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
    expect(quote('x'.repeat(10_000))).toBe(`"${'x'.repeat(80)}"… (10000 characters)`);
  });

  it('shows plain values as they are, and objects, lists and functions by their kind alone', () => {
    const shown = [
      undefined,
      null,
      true,
      42,
      Number.NaN,
      10n,
      Symbol('a\nb'),
      Symbol(),
      { password: 'x' },
      [1],
      quote,
    ];
    expect(shown.map(quote)).toEqual([
      'undefined',
      'null',
      'true',
      '42',
      'NaN',
      'a bigint',
      String.raw`Symbol("a\nb")`,
      'Symbol("")',
      'an object',
      'a list',
      'a function',
    ]);
  });

  it('never throws and runs nobody’s code', () => {
    const trap = () => {
      throw new Error('touched');
    };
    const handler = new Proxy({}, { get: trap });
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = [
      new Proxy({}, handler),
      new Proxy(() => undefined, handler),
      revoked,
      {
        toString: trap,
        toJSON: trap,
        [Symbol.toPrimitive]: trap,
        get [Symbol.toStringTag]() {
          return trap();
        },
      },
      Object.create(null),
      '\ud800',
    ];
    for (const value of hostile) {
      expect(typeof quote(value)).toBe('string');
      expect(explainTopic(value)).toContain('is not a topic');
    }
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(quote(value)).not.toMatch(/[\n\r\0\u2028]/);
      }),
    );
  });
});
