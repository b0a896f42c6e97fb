import { isPattern } from '../core/index.js';
import { assertKnown, assertObject, unusable } from './option-faults.js';

/** What is not shown of events to anybody but their handlers, beside secrets by their usual names. */
export interface RedactOptions {
  /** Patterns of topics of whose events nothing is shown but that they happened. @default [] */
  topics?: readonly string[];
  /** Names of more secrets, in any spelling, wherever they stand: `iban` is also `IBAN` and `customer_iban`. @default [] */
  keys?: readonly string[];
  /** Paths from the top of the data, an asterisk for any key or index: `customer.email`. @default [] */
  paths?: readonly string[];
}

const NAMES = ['topics', 'keys', 'paths'] as const;
const SECRETS = { topics: isPatternList, keys: isTextList, paths: isPathList };
const EXPECTED = {
  topics: 'a list of patterns',
  keys: 'a list of names, each with a letter or a digit',
  paths: 'a list of paths such as "customer.email" or "items.*.card"',
};

/**
 * @param option where they stand, such as `logging.redact`
 * @throws InvalidOptionError
 */
export function checkRedactOptions(options: RedactOptions, option: string): void {
  assertObject(option, options);
  assertKnown(options, NAMES, `${option}.`);
  for (const name of NAMES) {
    const list = options[name];
    if (list !== undefined && !SECRETS[name](list)) throw unusable(`${option}.${name}`, list, EXPECTED[name]);
  }
}

/** What either of them leaves out. */
export function bothRedactions(one: RedactOptions, other: RedactOptions): RedactOptions {
  return Object.fromEntries(NAMES.map((name) => [name, [...(one[name] ?? []), ...(other[name] ?? [])]]));
}

function isPatternList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPattern);
}

function isTextList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((each) => typeof each === 'string' && /[\p{L}\p{N}]/u.test(each))
  );
}

function isPathList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((each) => typeof each === 'string' && !each.split('.').includes(''))
  );
}
