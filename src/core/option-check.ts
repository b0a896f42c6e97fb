import { InvalidOptionError } from './errors.js';
import { explainPattern, quote } from './event/topic.js';

/** A check of one option: undefined when the value will do, else what was expected. */
export type Check = (value: unknown) => string | undefined;
/** The checks of all options that something takes, by name. */
export type Checks = Readonly<Record<string, Check>>;

export const wholeNumber =
  (least: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least ? undefined : `a whole number of at least ${least}`;
/** The most that a timer of Node can wait. */
export const MAX_DELAY = 2 ** 31 - 1;
export const milliseconds: Check = (value) =>
  typeof value === 'number' && value >= 0 && (value <= MAX_DELAY || value === Infinity)
    ? undefined
    : `a number of milliseconds, 0 to ${MAX_DELAY}, or Infinity for no limit`;
export const ofType =
  (type: 'boolean' | 'function' | 'string', expected = `a ${type}`): Check =>
  (value) =>
    typeof value === type ? undefined : expected;
export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : values.map((each) => quote(each)).join(' or ');
export const plainObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'an object';
export const patternList: Check = (value) => {
  if (!Array.isArray(value)) return 'a list of patterns';
  const fault = (value as unknown[]).map((each) => explainPattern(each)).find((each) => each !== undefined);
  return fault === undefined ? undefined : `a list of patterns (${fault})`;
};
export const abortSignal: Check = (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal');

/** Holds every given option against its check; one that is undefined counts as not given. @throws InvalidOptionError */
export function check(where: string, options: object, checks: Checks, prefix = ''): void {
  const fault = plainObject(options);
  if (fault !== undefined) {
    throw new InvalidOptionError(
      prefix || 'options',
      options,
      `The options of ${where} must be ${fault}, not ${quote(options)}.`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      const known = Object.keys(checks).join(', ');
      throw new InvalidOptionError(
        prefix + name,
        value,
        `${where} has no option ${quote(prefix + name)}. It knows ${known}.`,
      );
    }
    const expected = value === undefined ? undefined : checks[name]?.(value);
    if (expected !== undefined) {
      throw new InvalidOptionError(
        prefix + name,
        value,
        `The option "${prefix + name}" of ${where} must be ${expected}, not ${quote(value)}.`,
      );
    }
  }
}
