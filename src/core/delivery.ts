import type { Engine } from './engine.js';
import type { BusEvent } from './event.js';
import { HandlerContext } from './handler-context.js';
import type { EmitReport, HandlerFailure } from './report.js';
import type { Subscription } from './subscription.js';
import { busOf } from './subscription.js';
import { isThenable } from './thenable.js';

type CalledHandler = (data: unknown, event: BusEvent, context?: HandlerContext) => unknown;

/**
 * Calls the handler of a subscription that gets the event. Never throws; the promise that it returns when the handler's work
 * goes on never rejects: a failure goes into the report and to the engine.
 */
export function deliver(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
): Promise<void> | undefined {
  const handler = (subscription.handler ?? subscription.weakHandler?.deref()) as CalledHandler | undefined;
  if (handler === undefined) {
    subscription.unsubscribe(); // collected
    return undefined;
  }
  subscription.delivered++;
  engine.counters.delivered++;
  if (report !== undefined && subscription.kind === 'handler') report.delivered++;
  try {
    const result = subscription.wantsContext
      ? handler(
          event.data,
          event,
          new HandlerContext(event, subscription, engine.abort.signal, engine.nesting, busOf(subscription)),
        )
      : handler(event.data, event);
    if (isThenable(result)) {
      if (engine.observers.wants.pending) engine.observers.tell('pending', event, subscription);
      return finish(engine, subscription, event, report, result);
    }
    succeed(engine, subscription, event, report, result);
  } catch (error) {
    fail(engine, { event, subscription, error, phase: 'handler' }, report);
  }
  return undefined;
}

/** `await` takes a promise's outcome without calling a `then` that somebody may have put on it, and each thenable's once. */
async function finish(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  pending: PromiseLike<unknown>,
): Promise<void> {
  try {
    succeed(engine, subscription, event, report, await pending);
  } catch (error) {
    fail(engine, { event, subscription, error, phase: 'handler' }, report);
  }
}

function succeed(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  result: unknown,
): void {
  if (report !== undefined && subscription.kind === 'handler') report.results.push(result);
  if (engine.observers.wants.delivered) engine.observers.tell('delivered', event, subscription);
}

/** Counts and tells a failed delivery. */
export function fail(engine: Engine, failure: HandlerFailure, report: EmitReport | undefined): void {
  failure.subscription.failed++;
  engine.counters.failed++;
  report?.failures.push(failure);
  engine.onFailure(failure);
}
