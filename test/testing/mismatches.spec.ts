import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { mismatches } from '../../src/testing/mismatches.js';

afterEach(() => {
  jest.useRealTimers();
});

class Money {
  constructor(
    readonly amount: number,
    readonly currency = 'EUR',
  ) {}
}
const pathsOf = (actual: unknown, expected: unknown): string[] =>
  mismatches(actual, expected).map(({ path }) => path);
const same = Symbol('same');

describe('Data contains what is expected', () => {
  it.each<[string, unknown, unknown]>([
    ['the same primitive', 'a', 'a'],
    ['NaN', { n: Number.NaN }, { n: Number.NaN }],
    ['the same symbol', { s: same }, { s: same }],
    ['nothing', { a: 1 }, {}],
    ['one property of many', { a: 1, b: 2 }, { b: 2 }],
    ['undefined for what is not there', { a: 1 }, { b: undefined }],
    ['a part of a part', { a: { b: { c: 1, d: 2 } } }, { a: { b: { c: 1 } } }],
    ['parts of the items of a list', [{ a: 1, b: 2 }, 3], [{ a: 1 }, 3]],
    ['a literal for an instance', new Money(1), { amount: 1 }],
    ['an instance of the same class', new Money(1), new Money(1)],
    ['an object without a prototype', { a: 1 }, Object.assign(Object.create(null) as object, { a: 1 })],
    ['an object of another realm', { a: 1 }, structuredClone({ a: 1 })],
    ['the same date', { at: new Date(5) }, { at: new Date(5) }],
    ['the same map', new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
    ['the same set', new Set([1]), new Set([1])],
    ['the same bytes', new Uint8Array([1]), new Uint8Array([1])],
    ['the same expression', /a/g, /a/g],
    ['a matcher inside an instance', new Money(1), new Money(expect.any(Number) as never)],
    ['null', { a: null }, { a: null }],
  ])('%s', (_, actual, expected) => {
    expect(mismatches(actual, expected)).toEqual([]);
  });

  it('a date that a fake clock made', () => {
    const real = { at: new Date(5) };
    jest.useFakeTimers();
    expect(Object.getPrototypeOf(new Date())).not.toBe(Object.getPrototypeOf(real.at));
    expect(mismatches(real, { at: new Date(5) })).toEqual([]);
    expect(pathsOf(real, { at: new Date(6) })).toEqual(['at']);
  });

  it('a circle of the same shape', () => {
    const circle = (n: number) => {
      const order = { n, items: [] as unknown[] };
      order.items.push({ order });
      return order;
    };
    expect(mismatches(circle(1), circle(1))).toEqual([]);
    expect(pathsOf(circle(1), circle(2))).toEqual(['n']);
  });
});

describe('Data does not contain what is expected', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['another primitive', 1, '1', ['']],
    ['0 for -0', { n: 0 }, { n: -0 }, ['n']],
    ['every property that differs', { a: 1, b: { c: 2 } }, { a: 2, b: { c: 3 } }, ['a', 'b.c']],
    ['a property that is not there', { a: 1 }, { b: 1 }, ['b']],
    ['a date that is not there', { a: 1 }, { at: new Date(0) }, ['at']],
    ['an item that differs', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ['1.a']],
    ['a list that is longer', [1, 2], [1], ['']],
    ['a list that is shorter', [1], [1, 2], ['']],
    ['an object for a list', { list: [1] }, { list: { 0: 1 } }, ['list']],
    ['a list for an object', { list: { 0: 1, length: 1 } }, { list: [1] }, ['list']],
    ['an object for null', null, {}, ['']],
    ['null for an object', {}, null, ['']],
    ['an object for a primitive', { a: 'text' }, { a: {} }, ['a']],
    ['an instance of another class', { amount: 1, currency: 'EUR' }, new Money(1), ['']],
    ['another date', { at: new Date(5) }, { at: new Date(6) }, ['at']],
    ['another map', new Map([['a', 1]]), new Map([['a', 2]]), ['']],
    ['a set with less', new Set([1, 2]), new Set([1]), ['']],
    ['another matcher', { a: 1 }, { a: expect.any(String) }, ['a']],
  ])('%s', (_, actual, expected, paths) => {
    expect(pathsOf(actual, expected)).toEqual(paths);
  });

  it('and is told with both values', () => {
    expect(mismatches({ a: { b: 1 } }, { a: { b: 2 } })).toEqual([{ path: 'a.b', expected: 2, actual: 1 }]);
  });
});
