import type { Backoff, DeliveryOptions, RetryOptions } from './delivery-options.js';
import type { BusEvent } from '../event/event.js';

export interface Retry {
  readonly attempts: number;
  readonly backoff: Required<{ [Name in keyof Backoff]-?: NonNullable<Backoff[Name]> }>;
  readonly retryIf: ((error: unknown, event: BusEvent<never>, attempt: number) => boolean) | undefined;
}

export interface Pause {
  readonly failures: number;
  /** ms */
  readonly resumeAfter: number;
}

/**
 * What stands around a handler, outermost first: pause, retry, timeout. Each attempt has its own timeout; only a delivery
 * whose last attempt has failed counts for the pause.
 */
export interface DeliveryPolicy {
  /** ms; Infinity for none. */
  readonly timeout: number;
  readonly retry: Retry | undefined;
  readonly pause: Pause | undefined;
}

/** A subscription's own options, each in the place of the bus's default. Undefined where nothing stands around the handler. */
export function policyOf(
  own: DeliveryOptions<never>,
  defaults: DeliveryOptions<never>,
): DeliveryPolicy | undefined {
  const timeout = own.timeout ?? defaults.timeout ?? Infinity;
  const retry = retryOf(own.retry ?? defaults.retry);
  const pause = pauseOf(own.pause ?? defaults.pause);
  if (timeout === Infinity && retry === undefined && pause === undefined) return undefined;
  return { timeout, retry, pause };
}

/** How many ms to wait after the n-th attempt has failed. @param random from 0 to 1 */
export function delayAfter(attempt: number, { type, delay, max }: Retry['backoff'], random: number): number {
  // As far as numbers go: no delay at all, doubled for ever, would be none.
  const factor = 2 ** Math.min(attempt - 1, 1_023);
  return type === 'fixed' ? delay : random * Math.min(max, delay * factor);
}

/** The options of `retry` with the defaults filled in; undefined if there is to be one attempt. */
export function retryOf(options: false | RetryOptions<never> | undefined): Retry | undefined {
  if (options === undefined || options === false || options.attempts === 1) return undefined;
  const { attempts = 3, backoff, retryIf } = options;
  return { attempts, backoff: backoffOf(backoff), retryIf };
}

function backoffOf(backoff: number | Backoff | undefined): Retry['backoff'] {
  if (typeof backoff === 'number') return { type: 'fixed', delay: backoff, max: backoff };
  const { type = 'exponential', delay = 100, max = 30_000 } = backoff ?? {};
  return { type, delay, max };
}

function pauseOf(options: DeliveryOptions['pause']): Pause | undefined {
  if (options === undefined || options === false) return undefined;
  return { failures: options.failures, resumeAfter: options.resumeAfter ?? 30_000 };
}
