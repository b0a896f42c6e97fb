import { isDeepStrictEqual } from 'node:util';

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
 * Where the data doesn't contain what was expected, in full depth: of plain objects what is named, lists whole, everything
 * else by deep equality. Empty when it is all there.
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
  if (Object.is(actual, expected) || (isObject(expected) && seen.get(expected) === actual)) return;
  const differ = (): void => void found.push({ path: path.join('.'), expected, actual });
  if (isMatcher(expected)) {
    if (!expected.asymmetricMatch(actual)) differ();
    return;
  }
  const bothLists = Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length;
  if (!bothLists && !(isPlain(expected) && isObject(actual) && !Array.isArray(actual))) {
    if (!isDeepStrictEqual(actual, expected)) differ();
    return;
  }
  seen.set(expected, actual);
  for (const [key, part] of Object.entries(expected)) {
    compare((actual as Record<string, unknown>)[key], part, [...path, key], seen, found);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A literal, whichever realm's: test runners run specs in a realm of their own. */
function isPlain(value: unknown): value is object {
  if (!isObject(value) || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isMatcher(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof (value as Partial<AsymmetricMatcher>).asymmetricMatch === 'function';
}
