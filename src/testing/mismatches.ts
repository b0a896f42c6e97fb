import { isDeepStrictEqual, types } from 'node:util';

/** Stands for a set of values, such as `expect.any(Number)` of jest and vitest. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
}

/** Some of the data, at every level; asymmetric matchers may stand for any part of it. */
export type PartialData<T> =
  T | AsymmetricMatcher | (T extends object ? { readonly [K in keyof T]?: PartialData<T[K]> } : never);

/** One place where data is not what was expected. */
export interface Mismatch {
  /** Such as `items.0.price`; empty for the whole. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/**
 * Where the data doesn't contain what was expected, in full depth: of objects what is named, lists whole, everything else by
 * deep equality. Empty when it is all there.
 */
export function mismatches(actual: unknown, expected: unknown): Mismatch[] {
  const found: Mismatch[] = [];
  compare(actual, expected, [], new Map(), found);
  return found;
}

function compare(
  actual: unknown,
  expected: unknown,
  path: readonly string[],
  seen: Map<unknown, unknown>,
  found: Mismatch[],
): void {
  // Circular data comes back to a pair that is being compared further up.
  if (Object.is(actual, expected) || (seen.has(expected) && seen.get(expected) === actual)) return;
  if (isMatcher(expected) ? expected.asymmetricMatch(actual) : isSameValue(actual, expected)) return;
  if (isMatcher(expected) || !isObject(expected) || !isObject(actual) || !areComparable(actual, expected)) {
    found.push({ path: path.join('.'), expected, actual });
    return;
  }
  seen.set(expected, actual);
  for (const [key, part] of Object.entries(expected)) {
    compare((actual as Record<string, unknown>)[key], part, [...path, key], seen, found);
  }
}

/** Whether the two have parts that can be compared one by one. */
function areComparable(actual: object, expected: object): boolean {
  if (Array.isArray(expected)) return Array.isArray(actual) && actual.length === expected.length;
  if (Array.isArray(actual) || Object.prototype.toString.call(expected) !== '[object Object]') return false;
  return isPlain(expected) || Object.getPrototypeOf(expected) === Object.getPrototypeOf(actual);
}

function isSameValue(actual: unknown, expected: unknown): boolean {
  // Dates that were made by a fake clock are of another class.
  if (types.isDate(actual) && types.isDate(expected)) return Object.is(actual.getTime(), expected.getTime());
  return isDeepStrictEqual(actual, expected);
}

/** Whether it is a literal, whichever realm's: test runners run specs in a realm of their own. */
export function isPlain(value: unknown): value is object {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function isMatcher(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof (value as Partial<AsymmetricMatcher>).asymmetricMatch === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
