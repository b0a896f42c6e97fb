import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { maskSecrets } from '../../src/logging/mask-secrets.js';
import { createRedaction } from '../../src/logging/redaction.js';
import { redactedValue } from '../../src/logging/redacted-value.js';

const redacted = (value: unknown, keys: string[] = [], paths: string[] = []): unknown => {
  const redaction = createRedaction(keys, paths);
  return redactedValue(value, redaction, (text) => maskSecrets(text, redaction.isSecret));
};
const REDACTED = '[Redacted]';
const UNREAD = '[Redacted: too much to look through]';
const boom = (): never => {
  throw new Error('run');
};

class User {
  readonly name = 'Ann';
  password = 'hunter2';
  get initial(): string {
    return this.name[0]!;
  }
}

describe('A value without its secrets', () => {
  it('is the value itself where it holds none, whatever it is', () => {
    const round: Record<string, unknown> = { list: [1, { deep: null }] };
    round['self'] = round;
    const values = [
      undefined, null, 1, 10n, true, 'text', Symbol('s'), boom, round, [], {}, new Date(0), /a/, Buffer.from('password'),
      new Map([[{}, 1]]), new Set([1]), new Error('failed'), Promise.resolve(1), new URL('https://host/a?b=c'),
      new URLSearchParams('a=b'), new Uint8Array(3), Object.create(null), new WeakMap(), Object('boxed'), new Array(2),
      Object.freeze({ a: Object.freeze([1]) }), runInNewContext('({ a: [1] })'),
    ]; // prettier-ignore
    for (const value of values) expect(redacted(value)).toBe(value);
    expect(redacted(values)).toBe(values);
  });

  it('is copied only on the way to a secret, and the original is what it was', () => {
    const kept = { big: [1, 2, 3], when: new Date(0) };
    const data = {
      kept,
      list: [kept, { apiKey: 'hunter2', kept }] as [object, { apiKey: string; kept: object }],
    };
    const shown = redacted(data) as typeof data;
    expect(shown).toEqual({ kept, list: [kept, { apiKey: REDACTED, kept }] });
    expect(shown).not.toBe(data);
    expect([shown.kept, shown.list[0], shown.list[1].kept]).toEqual([kept, kept, kept]);
    expect(shown.kept).toBe(kept);
    expect(shown.list[1].kept).toBe(kept);
    expect(data.list[1]).toEqual({ apiKey: 'hunter2', kept });
  });

  it('is a class instance with its prototype, a list, a map, a set, or an error where that holds one', () => {
    class Users extends Map<string, unknown> {}
    class Tags extends Array<unknown> {}
    const error = Object.assign(new TypeError('token=hunter2', { cause: new User() }), { code: 5 });
    const data = {
      user: new User(),
      users: new Users([['user', new User()], ['password', 'hunter2']]), // prettier-ignore
      byUser: new Map([[new User(), 1]]),
      set: new Set([new User(), 1]),
      tags: Tags.of<unknown>(new User(), 2),
      bare: Object.assign(Object.create(null) as object, { password: 1 }),
      error,
      url: new URL('https://ann:hunter2@host/?token=hunter2&page=2'),
      query: new URLSearchParams('page=2&token=hunter2'),
    };
    const shown = redacted(data) as typeof data;
    expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect(shown.user).toBeInstanceOf(User);
    expect(shown.user).toMatchObject({ name: 'Ann', initial: 'A', password: REDACTED });
    expect(shown.users).toBeInstanceOf(Users);
    expect(shown.users.get('user')).toEqual(shown.user);
    expect(shown.users.get('password')).toBe(REDACTED);
    expect([...shown.byUser.keys()]).toEqual([shown.user]);
    expect([...shown.set]).toEqual([shown.user, 1]);
    expect(shown.tags).toBeInstanceOf(Tags);
    expect([shown.tags.length, shown.tags[1]]).toEqual([2, 2]);
    expect(Object.getPrototypeOf(shown.bare)).toBeNull();
    expect(shown.error).toBeInstanceOf(TypeError);
    expect(shown.error).toMatchObject({ message: 'token=[Redacted]', code: 5, cause: shown.user });
    expect(shown.error.stack).toMatch(/^TypeError: token=\[Redacted\]\n {4}at /);
    expect(Object.keys(shown.error)).toEqual(['code']);
    expect([shown.url.host, shown.url.searchParams.get('page')]).toEqual(['host', '2']);
    expect(shown.query.get('page')).toBe('2');
  });

  it('hides what stands on a path, but not the same elsewhere', () => {
    const person = { email: 'a@b.c' };
    const data = { customer: person, other: person, items: [{ note: 1 }, { note: 2 }], map: new Map([['a', { note: 3 }]]) }; // prettier-ignore
    expect(redacted(data, [], ['customer.email', 'items.*.note', 'map.a.note'])).toEqual({
      customer: { email: REDACTED },
      other: person,
      items: [{ note: REDACTED }, { note: REDACTED }],
      map: new Map([['a', { note: REDACTED }]]),
    });
    expect(redacted(data, [], ['customer'])).toMatchObject({ customer: REDACTED, other: person });
  });

  it('hides what is named by what stands beside it, as in lists of headers', () => {
    expect(redacted([['Authorization', 'x1'], ['Accept', 'x2']])).toEqual([['Authorization', REDACTED], ['Accept', 'x2']]); // prettier-ignore
    expect(redacted({ name: 'Cookie', value: 'x1' })).toEqual({ name: 'Cookie', value: REDACTED });
    expect(redacted({ key: 'api-key', value: 'x1' })).toEqual({ key: 'api-key', value: REDACTED });
  });

  it('has circles where there were some, without the way back to the secret', () => {
    const data: Record<string, unknown> = { password: 'hunter2' };
    data['self'] = data;
    data['list'] = [data, new Map([['me', data]])];
    const shown = redacted(data) as Record<string, unknown>;
    expect(shown['self']).toBe(shown);
    expect(shown['list']).toEqual([shown, new Map([['me', shown]])]);
    expect(inspect(shown, { depth: 9 })).not.toContain('hunter2');
  });

  it('is found without running any code of it: getters and proxies are hidden', () => {
    const data = {
      get getter() {
        return boom();
      },
      get token() {
        return boom();
      },
      list: Object.defineProperty([1, 2], 0, { get: boom, enumerable: true }),
      proxy: new Proxy(
        {},
        { ownKeys: boom, get: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom },
      ),
      below: Object.create(new Proxy({}, { getPrototypeOf: boom, get: boom, set: boom })) as object,
      belowSecret: Object.assign(Object.create(new Proxy({}, { getPrototypeOf: boom })) as object, {}),
      map: Object.assign(new Map([['password', 1]]), { entries: boom, set: boom, [Symbol.iterator]: boom }),
      toJSON: boom,
      toString: boom,
      error: Object.defineProperty(new Error('x'), 'stack', { get: boom }),
      url: Object.create(URL.prototype) as object,
    };
    const shown = redacted(data) as Record<string, unknown>;
    expect(shown['getter']).toBe('[Redacted: a getter]');
    expect(shown['token']).toBe(REDACTED);
    expect(shown['list']).toEqual(['[Redacted: a getter]', 2]);
    expect(shown['proxy']).toBe('[Redacted: a proxy]');
    expect(shown['below']).toBe(data.below);
    expect((shown['map'] as typeof data.map).get('password')).toBe(REDACTED);
    expect(shown['error']).toMatchObject({ message: 'x', stack: '[Redacted: a getter]' });
    expect(redacted(data.proxy)).toBe('[Redacted: a proxy]');
  });

  it('keeps what is not enumerable so, and looks at it, and at symbols', () => {
    const data = Object.defineProperty({ [Symbol('token')]: 1 }, 'secret', { value: 'hunter2' });
    const shown = redacted(data) as object;
    expect(Object.getOwnPropertyDescriptor(shown, 'secret')).toMatchObject({ value: REDACTED, enumerable: false }); // prettier-ignore
    expect(Object.getOwnPropertySymbols(shown).map((key) => Reflect.get(shown, key))).toEqual([REDACTED]);
  });

  it('pollutes no prototype', () => {
    const data: unknown = JSON.parse('{ "__proto__": { "password": "hunter2" }, "constructor": 1 }');
    expect(JSON.stringify(redacted(data))).toBe('{"__proto__":{"password":"[Redacted]"},"constructor":1}');
    expect({}).not.toHaveProperty('password');
  });

  it('is whole at a depth of 10,000, secrets and all', () => {
    let data: unknown = { password: 'hunter2', end: true };
    for (let depth = 0; depth < 10_000; depth++) data = { below: data };
    let at = redacted(data) as Record<string, unknown>;
    while ('below' in at) at = at['below'] as Record<string, unknown>;
    expect(at).toEqual({ password: REDACTED, end: true });
  });

  it.each<[string, () => unknown, (shown: never) => void]>([
    ['a list of 10 million', () => ({ list: new Array(10_000_000).fill(1) }), (shown: { list: unknown }) => expect(shown.list).toBe(UNREAD)],
    ['a map of 100,000', () => new Map(Array.from({ length: 100_000 }, (_, n) => [n, n])), (shown) => expect(shown).toBe(UNREAD)],
    ['a text of 10 MB', () => ({ text: 'x'.repeat(10_000_000), token: 1 }), (shown) => expect(shown).toEqual({ text: UNREAD, token: REDACTED })],
    ['a text of many URLs', () => 'a://'.repeat(60_000) + '@', (shown) => expect(shown).toBe(UNREAD)],
    [
      'many objects',
      () => Array.from({ length: 15_000 }, () => ({ a: { password: 'hunter2' } })),
      (shown: unknown[]) => {
        expect(shown).toHaveLength(15_000);
        expect(shown.at(0)).toEqual({ a: { password: REDACTED } });
        expect(shown.at(-1)).toEqual({ a: UNREAD });
        expect(JSON.stringify(shown)).not.toContain('hunter2');
      },
    ],
    ['100 MB of bytes', () => ({ bytes: Buffer.alloc(100_000_000) }), (shown: { bytes: Buffer }) => expect(shown.bytes).toHaveLength(100_000_000)],
  ])('takes bounded work, and hides what is past that, for %s', (_, make, check) => {
    const data = make();
    const start = performance.now();
    const shown = redacted(data);
    expect(performance.now() - start).toBeLessThan(5_000);
    check(shown as never);
  }); // prettier-ignore

  it('has no secret under a listed name, and all else as it was, in random nested data', () => {
    const secretNames = ['password', 'API_KEY', 'x-auth-token', 'customerIban', 'Set-Cookie'];
    const names = fc.oneof(fc.constantFrom(...secretNames), fc.stringMatching(/^[a-f]{1,3}$/));
    const leaf = fc.oneof(fc.constant('hunter2'), fc.integer(), fc.boolean(), fc.constant(null), fc.date());
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('tree')), fc.dictionary(names, tie('tree')),
        fc.array(fc.tuple(names, tie('tree'))).map((entries) => new Map(entries)),
        fc.array(tie('tree')).map((items) => new Set(items)),
        fc.dictionary(names, tie('tree')).map((fields) => Object.assign(new User(), fields))),
    })); // prettier-ignore
    /** The same, told in another way: recursively, and all copied. */
    const expected = (value: unknown): unknown => {
      const isSecret = (name: unknown): boolean => secretNames.includes(name as string);
      if (value instanceof Date || typeof value !== 'object' || value === null) return value;
      if (value instanceof Set) return new Set([...value].map(expected));
      if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, isSecret(key) ? REDACTED : expected(item)])); // prettier-ignore
      if (Array.isArray(value))
        return value.length === 2 && isSecret(value[0]) ? [value[0], REDACTED] : value.map(expected);
      const copy = Object.create(Object.getPrototypeOf(value) as object) as object;
      const entries = Object.entries(value).map(([key, item]) => [
        key,
        isSecret(key) ? REDACTED : expected(item),
      ]);
      return Object.assign(copy, Object.fromEntries(entries));
    };
    fc.assert(
      fc.property(tree, (data) => {
        const before = inspect(data, { depth: 20 });
        const shown = redacted(data, ['iban']);
        expect(shown).toStrictEqual(expected(data));
        expect(inspect(data, { depth: 20 })).toBe(before);
        expect(redacted(shown, ['iban'])).toStrictEqual(shown);
      }),
      { numRuns: 300 },
    );
  });
});
