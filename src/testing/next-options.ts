import { type BusEvent, InvalidOptionError } from '../core/index.js';
import { describeValue } from './describe-value.js';

/** Options of `next`. */
export interface NextOptions<T = unknown> {
  /** ms, by the clock in force at the call, a fake one included; `Infinity` waits for ever. @default 1_000 */
  timeout?: number | undefined;
  /** Only an event for which it returns true. What it throws rejects the wait. @default every event */
  filter?: ((data: T, event: BusEvent<T>) => boolean) | undefined;
}

/** The most that a timer of Node can wait. */
const MAX_DELAY = 2 ** 31 - 1;

/** @throws InvalidOptionError */
export function checkNextOptions(options: NextOptions<never>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (name === 'timeout') {
      if (typeof value === 'number' && value >= 0 && (value <= MAX_DELAY || value === Infinity)) continue;
      throw unusable(name, value, `a number of milliseconds, 0 to ${MAX_DELAY}, or Infinity for no limit`);
    }
    if (name !== 'filter') {
      throw new InvalidOptionError(
        name,
        value,
        `next() has no option "${name}". It knows timeout and filter.`,
      );
    }
    if (typeof value !== 'function') throw unusable(name, value, 'a function');
  }
}

function unusable(name: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(
    name,
    value,
    `The option "${name}" of next() must be ${expected}, not ${describeValue(value)}.`,
  );
}
