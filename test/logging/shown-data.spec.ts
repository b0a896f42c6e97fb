import { describe, expect, it } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createRedaction } from '../../src/logging/redaction.js';
import { shownData } from '../../src/logging/shown-data.js';

const shown = (value: unknown, max = 2_048, redaction = createRedaction()) =>
  JSON.parse(JSON.stringify({ value: shownData(value, redaction, max) })).value as unknown;
const length = (value: unknown, max: number) =>
  JSON.stringify(shownData(value, createRedaction(), max)).length;

const boom = (): never => {
  throw new Error('hunter2');
};

describe('What a log shows of data', () => {
  it('is plain data as it is', () => {
    const data = { id: 1, name: 'Ann', tags: ['a', null, true], nested: { deep: { list: [[1], [2]] } } };
    expect(shown(data)).toEqual(data);
    for (const leaf of [null, true, 0, -1.5, '', 'text']) expect(shown(leaf)).toBe(leaf);
    expect(shown(undefined)).toBeUndefined();
  });

  it('is text for what JSON has no form of', () => {
    class Order {
      readonly id = 5;
      #hidden = 'hunter2';
      get total(): string {
        return this.#hidden;
      }
    }
    const values = {
      big: 10n ** 20n,
      huge: 2n ** 2_000n,
      nan: NaN,
      symbol: Symbol('s'),
      fn: () => 'hunter2',
      date: new Date(0),
      noDate: new Date(NaN),
      regex: /a+/g,
      map: new Map<unknown, unknown>([['a', 1], [{}, 2], [3, 4]]), // prettier-ignore
      set: new Set([1, 'b']),
      buffer: Buffer.from('hunter2'),
      floats: new Float64Array(2),
      error: new TypeError('no card, token=hunter2'),
      promise: Promise.resolve('hunter2'),
      boxed: Object('text') as unknown,
      url: new URL('https://a:hunter2@host/?token=hunter2'),
      query: new URLSearchParams({ token: 'hunter2' }),
      order: new Order(),
      bare: Object.assign(Object.create(null) as object, { a: 1 }),
      other: runInNewContext('({ map: new Map([["password", 1]]), date: new Date(0) })') as unknown,
    };
    expect(shown(values)).toEqual({
      big: '100000000000000000000',
      huge: '[a bigint of more than 1,024 bits]',
      nan: 'NaN',
      symbol: '[symbol s]',
      fn: '[function]',
      date: '1970-01-01T00:00:00.000Z',
      noDate: 'Invalid Date',
      regex: '/a+/g',
      map: { a: 1, '[an object]': 2, 3: 4 },
      set: [1, 'b'],
      buffer: '[7 bytes]',
      floats: '[16 bytes]',
      error: 'TypeError: no card, token=[Redacted]',
      promise: '[promise]',
      boxed: 'text',
      url: 'https://[Redacted]@host/?token=[Redacted]',
      query: 'token=[Redacted]',
      order: { id: 5 },
      bare: { a: 1 },
      other: { map: { password: '[Redacted]' }, date: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('is read without running any code of it', () => {
    const ran: string[] = [];
    const run = (what: string) => (): unknown => ran.push(what);
    const data = {
      get getter() {
        return ran.push('getter');
      },
      toJSON: run('toJSON'),
      toString: run('toString'),
      [Symbol.toPrimitive]: run('toPrimitive'),
      [Symbol.iterator]: run('iterator'),
      list: Object.defineProperty([1, 2], 0, { get: run('element'), enumerable: true }),
      map: Object.assign(new Map([['a', 1]]), {
        entries: run('entries'),
        [Symbol.iterator]: run('iterator'),
      }),
      date: Object.assign(new Date(0), { toISOString: run('toISOString'), getTime: run('getTime') }),
      error: Object.defineProperty(new Error('x'), 'message', { get: run('message') }),
      proxy: new Proxy({}, { ownKeys: () => (run('ownKeys')(), []), get: run('get'), getPrototypeOf: boom }),
      list2: new Proxy([], { get: run('get') }),
      below: Object.create(new Proxy({}, { ownKeys: boom, get: boom })) as object,
    };
    expect(shown(data)).toEqual({
      getter: '[getter]',
      toJSON: '[function]',
      toString: '[function]',
      list: ['[getter]', 2],
      map: { a: 1 },
      date: '1970-01-01T00:00:00.000Z',
      error: 'Error: ',
      proxy: '[proxy]',
      list2: '[proxy]',
      below: {},
    });
    expect(ran).toEqual([]);
  });

  it('ends at circles, and has what is there twice twice', () => {
    const twice = { a: 1 };
    const round: Record<string, unknown> = { one: twice, two: twice };
    round['self'] = round;
    round['list'] = [round];
    expect(shown(round)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[circular]', list: ['[circular]'] });
  });

  it('pollutes no prototype', () => {
    const data: unknown = JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": 1 } }');
    expect(JSON.stringify(shownData(data, createRedaction(), 500))).toBe(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":1}}',
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it.each<[string, () => unknown]>([
    ['a text of 10 MB', () => 'x'.repeat(10_000_000)],
    ['a key of 10 MB', () => ({ ['x'.repeat(10_000_000)]: 1 })],
    ['a list of 10 million', () => new Array<number>(10_000_000).fill(1)],
    ['a list of 10 million holes', () => new Array<number>(10_000_000)],
    ['a depth of 10,000', () => deep(10_000)],
    ['a map of 100,000', () => new Map(Array.from({ length: 100_000 }, (_, n) => [n, n]))],
    [
      'an object of 100,000 keys',
      () => Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n])),
    ],
    ['secrets without end', () => Array.from({ length: 100_000 }, () => ({ password: 1 }))],
    ['many long texts', () => Array.from({ length: 1_000 }, () => 'x'.repeat(10_000))],
    ['100 MB of bytes', () => Buffer.alloc(100_000_000)],
    ['a bigint of a million bits', () => 1n << 1_000_000n],
  ])('is of bounded length, and takes no longer, for %s', (_, make) => {
    const data = make();
    const start = performance.now();
    expect(length(data, 2_048)).toBeLessThan(2_048 + 500);
    // As it is, it takes under 10 ms, and half a minute if it read everything.
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('tells what was left out', () => {
    expect(shown('x'.repeat(100), 20)).toBe(`${'x'.repeat(18)}… (100 characters)`);
    expect(shown([1, 2, 3, ...Array.from({ length: 97 }, () => 4)], 20)).toEqual([1, 2, 3, '… 97 more']);
    expect(shown({ a: 'x', b: 'y', c: 'z', d: 'w' }, 18)).toEqual({ a: 'x', b: 'y', '…': '2 more' });
    expect(shown(new Set([1, 2, 3, 4, 5]), 10)).toEqual([1, 2, '… 3 more']);
    expect(shown(deep(30))).toEqual(deep(19, '[an object, too deep]'));
    expect(shown([[1]], 0)).toEqual(['… 1 more']);
  });

  it('has no secrets, by name, whatever holds them', () => {
    const secret = { deep: ['hunter2'] };
    const data = {
      password: secret,
      api_key: 'hunter2',
      list: [{ Token: 5 }],
      map: new Map([['Set-Cookie', 'hunter2']]),
      headers: [['authorization', 'hunter2'], ['host', 'x']], // prettier-ignore
      named: [{ name: 'X-Api-Key', value: 'hunter2' }, { value: 'hunter2', key: 'password' }], // prettier-ignore
      other: { name: 'host', value: 'x' },
      text: '{"password":"hunter2"}',
    };
    expect(shown(data)).toEqual({
      password: '[Redacted]',
      api_key: '[Redacted]',
      list: [{ Token: '[Redacted]' }],
      map: { 'Set-Cookie': '[Redacted]' },
      headers: [['authorization', '[Redacted]'], ['host', 'x']], // prettier-ignore
      named: [
        { name: 'X-Api-Key', value: '[Redacted]' },
        { value: '[Redacted]', key: 'password' },
      ],
      other: { name: 'host', value: 'x' },
      text: '{"password":"[Redacted]"}',
    });
  });

  it('has nothing of what stands at a path that is not for the log', () => {
    const redaction = createRedaction([], ['customer.email', 'items.*.card', '*.note', 'whole']);
    const data = {
      customer: { email: 'hunter2', name: 'Ann', note: 'hunter2' },
      items: [{ card: 'hunter2', id: 1 }, { card: { number: 'hunter2' } }],
      email: 'stays',
      whole: new Map([['a', 'hunter2']]),
      map: new Map([['note', 'hunter2']]),
    };
    expect(shown(data, 2_048, redaction)).toEqual({
      customer: { email: '[Redacted]', name: 'Ann', note: '[Redacted]' },
      items: [{ card: '[Redacted]', id: 1 }, { card: '[Redacted]' }],
      email: 'stays',
      whole: '[Redacted]',
      map: { note: '[Redacted]' },
    });
  });

  it('never has a secret under a listed name, in random nested data', () => {
    const names = ['password', 'API-KEY', 'accessToken', 'client_secret', 'Cookie', 'iban', 'privateKey'];
    const redaction = createRedaction(['iban']);
    const key = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('name', 'value', 'key', '__proto__'));
    const secretLeaf = fc.constantFrom<unknown>(
      'HUNTER2',
      ['HUNTER2'],
      { a: { b: 'HUNTER2' } },
      new Set(['HUNTER2']),
    );
    const { tree } = fc.letrec<{ tree: unknown; inner: unknown; secret: unknown }>((tie) => ({
      tree: fc.oneof(
        { withCrossShrink: true, maxDepth: 6 },
        fc.jsonValue({ maxDepth: 1 }),
        tie('inner'),
        tie('secret'),
      ),
      inner: fc.oneof(
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
        fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => new Map(entries)),
        fc.array(tie('tree'), { maxLength: 4 }).map((items) => new Set(items)),
      ),
      secret: fc
        .tuple(
          fc.constantFrom(...names),
          secretLeaf,
          fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
          fc.boolean(),
        )
        .map(([name, leaf, rest, asMap]) => {
          const entries: [string, unknown][] = [...Object.entries(rest), [name, leaf]];
          return asMap ? new Map(entries) : Object.fromEntries(entries);
        }),
    }));
    fc.assert(
      fc.property(tree, fc.integer({ min: 0, max: 3_000 }), (data, max) => {
        const text = JSON.stringify(shownData(data, redaction, max)) ?? '';
        expect(text).not.toContain('HUNTER2');
        expect(text.length).toBeLessThan(max + 1_000);
      }),
      { numRuns: 1_000 },
    );
  });
});

function deep(levels: number, end: unknown = 1): unknown {
  let data = end;
  for (let n = 0; n <= levels; n++) data = { a: data };
  return data;
}
