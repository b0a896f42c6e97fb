import type { Delivery } from './attempt.js';
import { attempt } from './attempt.js';
import type { DeliveryPolicy, Retry } from './delivery-policy.js';
import { delayAfter } from './delivery-policy.js';
import { InvalidArgumentError } from '../errors.js';
import { ignoreOutcome, isThenable } from '../thenable.js';

/**
 * Calls the handler as often as the policy has it, until an attempt succeeds. Returns (or resolves with) what that attempt did;
 * throws (or rejects with) what the last one did. Where attempts may follow, also a synchronous failure is a rejection.
 */
export function attemptAll(delivery: Delivery, { timeout, retry }: DeliveryPolicy): unknown {
  if (retry === undefined) return attempt(delivery, timeout);
  const chain = delivery.engine.nesting.chain();
  const next = (): unknown => delivery.engine.nesting.within(chain, () => attempt(delivery, timeout));
  try {
    const result = attempt(delivery, timeout);
    return isThenable(result) ? repeat(delivery, retry, () => result, next) : result;
  } catch (error) {
    const failed = (): never => {
      throw error;
    };
    return repeat(delivery, retry, failed, next);
  }
}

async function repeat(
  delivery: Delivery,
  retry: Retry,
  first: () => unknown,
  next: () => unknown,
): Promise<unknown> {
  let attempting = first;
  for (;;) {
    try {
      return await attempting();
    } catch (error) {
      if (!(await isDue(delivery, retry, error))) throw error;
      attempting = next;
    }
  }
}

/** Whether there is to be another attempt; waits until it is time for it. */
async function isDue(delivery: Delivery, retry: Retry, error: unknown): Promise<boolean> {
  const { engine, subscription, event, attempts } = delivery;
  if (attempts >= retry.attempts || isOver(delivery) || !isWorthIt(delivery, retry, error)) return false;
  const delay = delayAfter(attempts, retry.backoff, Math.random());
  engine.observers.tell('retrying', { event, subscription, error, attempt: attempts, delay });
  return waited(delivery, delay);
}

/** Nobody wants the event handled any more: the bus can't wait, or the subscription has ended (otherwise than by `once`). */
function isOver({ engine, subscription }: Delivery): boolean {
  return engine.shutoff.signal.aborted || !(subscription.active || subscription.spent);
}

function isWorthIt(
  { engine, subscription, event, attempts }: Delivery,
  retry: Retry,
  error: unknown,
): boolean {
  try {
    const verdict: unknown = retry.retryIf?.(error, event as never, attempts) ?? true;
    if (!isThenable(verdict)) return Boolean(verdict);
    void ignoreOutcome(verdict);
    throw new InvalidArgumentError(
      'retryIf',
      verdict,
      'retryIf must be synchronous, but it returned a promise. Decide by the error, the event and the attempt.',
    );
  } catch (fault) {
    const why = engine.sensitivity.describeError(fault, event);
    engine.warn({
      code: 'EVENT_BUS_RETRY_IF_FAILED',
      message: `The retryIf of ${subscription.label} failed on "${event.topic}" (event ${event.id}), so there are no more attempts. It threw ${why}`,
    });
    return false;
  }
}

/** Resolves with true after so many ms, or with false as soon as the delivery is over. */
function waited(delivery: Delivery, delay: number): Promise<boolean> {
  if (isOver(delivery)) return Promise.resolve(false); // an observer may have seen to that
  const { engine, subscription } = delivery;
  return new Promise((resolve) => {
    const end = (isTime: boolean): void => {
      clearTimeout(timer);
      engine.shutoff.delete(onEnd);
      subscription.ends.delete(onEnd);
      resolve(isTime);
    };
    const onEnd = (): void => end(false);
    const timer = setTimeout(end, delay, true);
    engine.shutoff.add(onEnd);
    subscription.ends.add(onEnd);
  });
}
