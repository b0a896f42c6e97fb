import type { CalledHandler, Delivery } from './attempt.js';
import { attemptAll } from './attempts.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import { HandlerContext } from './handler-context.js';
import type { EmitReport, HandlerFailure } from '../publish/report.js';
import type { Subscription } from '../subscription/subscription.js';
import { busOf, failurePauseOf } from '../subscription/subscription.js';
import { isThenable } from '../thenable.js';

/** What a delivery resolves with whose outcome has been seen to already. */
const SEEN_TO = Symbol('seen to');

/**
 * Calls the handler of a subscription that gets the event. Never throws: a failure goes into the report and to the engine. Where
 * the handler's work goes on, it answers with what is to be awaited, for {@link conclude} or {@link failed}: so that whoever waits
 * anyway awaits the handler's own promise.
 */
export function deliver(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
): PromiseLike<unknown> | undefined {
  const handler = (subscription.handler ?? subscription.weakHandler?.deref()) as CalledHandler | undefined;
  if (handler === undefined) {
    subscription.unsubscribe(); // collected
    return undefined;
  }
  count(engine, subscription, report);
  const { policy } = subscription;
  if (policy !== undefined) {
    return deliverBy(policy, { engine, subscription, event, handler, attempts: 0 }, report);
  }
  try {
    const result = subscription.wantsContext
      ? handler(
          event.data,
          event,
          new HandlerContext(event, subscription, engine.shutoff, 1, engine.nesting, busOf(subscription)),
        )
      : handler(event.data, event);
    if (isThenable(result)) {
      if (engine.observers.wants.pending) engine.observers.tell('pending', event, subscription);
      return result;
    }
    succeed(engine, subscription, event, report, result);
  } catch (error) {
    failed(engine, subscription, event, report, error);
  }
  return undefined;
}

/** To be told what a delivery that went on resolved with. */
export function conclude(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  result: unknown,
): void {
  if (result !== SEEN_TO) succeed(engine, subscription, event, report, result);
}

/** To be told what a delivery that went on rejected with. */
export function failed(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  error: unknown,
): void {
  fail(engine, { event, subscription, error, phase: 'handler', attempts: 1 }, report);
}

/** As {@link deliver}, where something stands around the handler. */
function deliverBy(
  policy: DeliveryPolicy,
  delivery: Delivery,
  report: EmitReport | undefined,
): Promise<typeof SEEN_TO> | undefined {
  const { engine, subscription, event } = delivery;
  const failurePause = failurePauseOf(subscription);
  const round = failurePause?.begin() ?? 0;
  return run(delivery, policy, {
    succeeded(result) {
      succeed(engine, subscription, event, report, result);
      failurePause?.succeeded(round, event);
    },
    failed(error) {
      // The pause begins before anybody is told, since who is told may emit what fails again.
      const tellOfPause = failurePause?.failed(round, { event, error });
      const { attempts } = delivery;
      fail(engine, { event, subscription, error, phase: 'handler', attempts }, report);
      tellOfPause?.();
    },
  });
}

/** What a delivery comes to. */
interface Outcomes {
  succeeded(result: unknown): void;
  failed(error: unknown): void;
}

/** Makes the attempts of a delivery. Never throws, and never rejects. */
export function run(
  delivery: Delivery,
  policy: DeliveryPolicy,
  outcomes: Outcomes,
): Promise<typeof SEEN_TO> | undefined {
  try {
    const result = attemptAll(delivery, policy);
    if (isThenable(result)) {
      delivery.engine.observers.tell('pending', delivery.event, delivery.subscription);
      return settle(result, outcomes);
    }
    outcomes.succeeded(result);
  } catch (error) {
    outcomes.failed(error);
  }
  return undefined;
}

/** `await` takes a promise's outcome without calling a `then` that somebody may have put on it, and each thenable's once. */
async function settle(pending: PromiseLike<unknown>, outcomes: Outcomes): Promise<typeof SEEN_TO> {
  try {
    outcomes.succeeded(await pending);
  } catch (error) {
    outcomes.failed(error);
  }
  return SEEN_TO;
}

export function succeed(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  result: unknown,
): void {
  if (report !== undefined && subscription.kind === 'handler') report.succeed(result);
  if (engine.observers.wants.delivered) engine.observers.tell('delivered', event, subscription);
}

type Failed = Omit<HandlerFailure, 'attempts' | 'deadLetter'>;

/** Counts and tells a delivery that failed for good, and keeps it as a dead letter. */
export function fail(
  engine: Engine,
  failure: Failed & { readonly attempts?: number },
  report: EmitReport | undefined,
): void {
  const { attempts = 0 } = failure; // of what failed before the handler was called
  const deadLetter = engine.deadLetters.add({ ...failure, attempts })?.id;
  tellFailure(engine, { ...failure, attempts, deadLetter }, report);
}

export function tellFailure(engine: Engine, failure: HandlerFailure, report: EmitReport | undefined): void {
  failure.subscription.failed++;
  engine.counters.failed++;
  report?.fail(failure);
  engine.onFailure(failure);
}

export function count(engine: Engine, subscription: Subscription, report: EmitReport | undefined): void {
  subscription.delivered++;
  engine.counters.delivered++;
  if (report !== undefined && subscription.kind === 'handler') report.delivered++;
}
