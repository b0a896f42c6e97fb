import type { BusEvent } from '../event/event.js';
import type { Checks } from '../option-check.js';
import { check, MAX_DELAY, ofType, plainObject, wholeNumber } from '../option-check.js';
import { quote } from '../event/topic.js';

/** When a handler has failed for good, how long it may take, and when it is set aside. */
export interface DeliveryOptions<T = unknown> {
  /**
   * How long each attempt may take, in ms; then it fails with a `HandlerTimeoutError`, with which `context.signal` is aborted.
   * Counts for what is asynchronous: synchronous code can't be interrupted. @default Infinity
   */
  timeout?: number | undefined;
  /** Call a handler that fails again. `false`: never, whatever the bus's default. @default false */
  retry?: false | RetryOptions<T> | undefined;
  /** Pause a handler that keeps failing. `false`: never, whatever the bus's default. @default false */
  pause?: false | PauseOptions | undefined;
}

/** Options of `retry`. */
export interface RetryOptions<T = unknown> {
  /** How many attempts there are in all, the first one included. @default 3 */
  attempts?: number | undefined;
  /** How long to wait before the next attempt: so many ms, or a formula. @default { type: 'exponential' } */
  backoff?: number | Backoff | undefined;
  /**
   * Whether this error is worth another attempt. One that throws ends the attempts, and is warned of. @default every error
   */
  retryIf?: ((error: unknown, event: BusEvent<T>, attempt: number) => boolean) | undefined;
}

/** A formula for the wait between attempts. */
export interface Backoff {
  /**
   * `fixed`: always `delay`. `exponential`: a random time (“full jitter”, so that what failed together doesn't come back
   * together) between 0 and `delay` after the first attempt, twice that after the second, and so on. @default 'exponential'
   */
  type?: 'fixed' | 'exponential' | undefined;
  /** ms @default 100 */
  delay?: number | undefined;
  /** Never wait longer than so many ms. Not with `fixed`. @default 30_000 */
  max?: number | undefined;
}

/** Options of `pause`. */
export interface PauseOptions {
  /** After so many failed deliveries in a row, retries not counted. */
  failures: number;
  /** After so many ms one delivery is let through, on trial; `Infinity`: only `resume()` ends the pause. @default 30_000 */
  resumeAfter?: number | undefined;
}

const limit = `a number of milliseconds, 1 to ${MAX_DELAY}, or Infinity for no limit`;
const wait = (value: unknown): string | undefined =>
  typeof value === 'number' && value >= 0 && value <= MAX_DELAY
    ? undefined
    : `a number of milliseconds, 0 to ${MAX_DELAY}`;
const falseOrObject = (value: unknown): string | undefined =>
  value === false || plainObject(value) === undefined ? undefined : 'false or an object';

/** The checks of the options themselves; {@link checkDeliveryOptions} goes into what they consist of. */
export const DELIVERY: Checks = {
  timeout: (value) =>
    typeof value === 'number' && ((value >= 1 && value <= MAX_DELAY) || value === Infinity)
      ? undefined
      : limit,
  retry: falseOrObject,
  // Unlike other options this one has no default: how many failures are too many is for the application to say.
  pause: (value) =>
    value === false || (plainObject(value) === undefined && (value as PauseOptions).failures !== undefined)
      ? undefined
      : 'false or an object with a number of failures',
};
const RETRY: Checks = {
  attempts: wholeNumber(1),
  backoff: (value) =>
    plainObject(value) === undefined || wait(value) === undefined
      ? undefined
      : `${wait(value)}, or an object`,
  retryIf: ofType('function'),
};
const EXPONENTIAL: Checks = {
  type: (value) =>
    value === 'fixed' || value === 'exponential' ? undefined : `${quote('fixed')} or ${quote('exponential')}`,
  delay: wait,
  max: wait,
};
const FIXED: Checks = { ...EXPONENTIAL, max: () => 'left out, since a fixed delay has no other maximum' };
const PAUSE: Checks = {
  failures: wholeNumber(1),
  resumeAfter: (value) => (value === Infinity ? undefined : wait(value)),
};

/** Checks what `retry` and `pause` consist of; they themselves have been checked. @throws InvalidOptionError */
export function checkDeliveryOptions(
  where: string,
  { retry, pause }: DeliveryOptions<never>,
  prefix = '',
): void {
  if (retry !== undefined && retry !== false) {
    check(where, retry, RETRY, `${prefix}retry.`);
    const { backoff } = retry;
    if (typeof backoff === 'object') {
      check(where, backoff, backoff.type === 'fixed' ? FIXED : EXPONENTIAL, `${prefix}retry.backoff.`);
    }
  }
  if (pause !== undefined && pause !== false) {
    check(where, pause, PAUSE, `${prefix}pause.`);
  }
}
