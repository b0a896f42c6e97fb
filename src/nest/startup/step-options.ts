import {
  check,
  checkDeliveryOptions,
  type Checks,
  milliseconds,
  ofType,
  type RetryOptions,
} from '../../core/index.js';

/** How a startup step runs. */
export interface StepOptions {
  /** How long each attempt may take, in ms; `Infinity` sets no limit. @default 30_000 */
  timeout?: number | undefined;
  /** Call the method of a step that fails again. @default false */
  retry?: false | StepRetryOptions | undefined;
  /** Whether the start goes on without it when it fails. What waits for it must be optional, too, and doesn't run. @default false */
  optional?: boolean | undefined;
}

/** Options of `retry`: attempts and waits as for handlers. */
export interface StepRetryOptions extends Omit<RetryOptions, 'retryIf'> {
  /** Whether this error is worth another attempt. @default every error */
  retryIf?: ((error: unknown, attempt: number) => boolean) | undefined;
}

const anything = (): undefined => undefined;

const CHECKS: Checks = {
  // These two are looked at by the decorator, and what `retry` consists of by the core.
  emits: anything,
  after: anything,
  timeout: milliseconds,
  retry: (value) =>
    value === false || (typeof value === 'object' && value !== null) ? undefined : 'false or an object',
  optional: ofType('boolean'),
};

/** The options with the defaults filled in. @throws InvalidOptionError */
export function checkStepOptions<O extends StepOptions>(options: O) {
  check('@StartupStep()', options, CHECKS);
  const { timeout = 30_000, retry = false, optional = false } = options;
  checkDeliveryOptions('@StartupStep()', { retry: retry as false | RetryOptions });
  return { ...options, timeout, retry, optional };
}
