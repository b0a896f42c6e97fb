import { check, type Checks, InvalidOptionError } from '../core/index.js';

/**
 * When an application that runs counts as down all the same. Without options never: each application knows best which of its
 * handlers it can't do without.
 */
export interface HealthOptions {
  /** Down when more deliveries than so many have failed for good and are kept. @default Infinity */
  maxDeadLetters?: number;
  /** Down when more subscriptions than so many are paused because their handlers kept failing. @default Infinity */
  maxPaused?: number;
  /** Down when the queue of a handler is filled by more than this share of its capacity, from 0 to less than 1. @default Infinity */
  maxQueueFill?: number;
}

export type HealthLimits = Readonly<Required<HealthOptions>>;

const CHECKS: Checks = {
  maxDeadLetters: countOrNone,
  maxPaused: countOrNone,
  maxQueueFill: (value) =>
    typeof value === 'number' && ((value >= 0 && value < 1) || value === Infinity)
      ? undefined
      : 'a share from 0 to less than 1 (what is full isn’t filled by more than 1), or Infinity for no limit',
};

/** @param kept how many dead letters the bus keeps at most @throws InvalidOptionError */
export function resolveHealthOptions(options: HealthOptions, kept: number): HealthLimits {
  check('isHealthy()', options, CHECKS);
  const { maxDeadLetters = Infinity, maxPaused = Infinity, maxQueueFill = Infinity } = options;
  if (maxDeadLetters !== Infinity && maxDeadLetters >= kept) {
    throw new InvalidOptionError(
      'maxDeadLetters',
      maxDeadLetters,
      `The option "maxDeadLetters" of isHealthy() is ${maxDeadLetters}, which is never exceeded: the bus keeps ${kept} dead ` +
        'letters at most (the option "deadLetters.capacity" of forRoot()). Give less, or Infinity for no limit.',
    );
  }
  return { maxDeadLetters, maxPaused, maxQueueFill };
}

function countOrNone(value: unknown): string | undefined {
  return (Number.isInteger(value) && (value as number) >= 0) || value === Infinity
    ? undefined
    : 'a whole number of at least 0, or Infinity for no limit';
}
