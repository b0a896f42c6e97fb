import type { Engine } from './engine.js';
import type { BusEvent } from './event.js';
import { passes } from './filter.js';
import { HandlerContext } from './handler-context.js';
import type { EmitReport, HandlerFailure } from './report.js';
import { isSame } from './router.js';
import type { Subscription } from './subscription.js';
import { isThenable } from './thenable.js';

type CalledHandler = (data: unknown, event: BusEvent, context?: HandlerContext) => unknown;

/**
 * Hands one event to one subscription. Never throws; the promise that it returns when the handler's work goes on never
 * rejects: a failure goes into the report and to the engine.
 *
 * @param had where the list has subscriptions that are the same for one event: those that have had it
 */
export function deliver(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  had: Subscription[] | undefined,
): Promise<void> | undefined {
  if (had !== undefined && had.some((other) => isSame(subscription, other))) return undefined;
  if (!subscription.plain && !admits(engine, subscription, event, report)) return undefined;
  const handler = (subscription.handler ?? subscription.weakHandler?.deref()) as CalledHandler | undefined;
  if (handler === undefined) {
    subscription.unsubscribe(); // collected
    return undefined;
  }
  had?.push(subscription);
  subscription.delivered++;
  engine.counters.delivered++;
  if (report !== undefined) count(report, subscription);
  try {
    const result = subscription.wantsContext
      ? handler(
          event.data,
          event,
          new HandlerContext(event, subscription, engine.abort.signal, engine.nesting),
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

/** Asks all that can stand between an event and a handler. Only for subscriptions that are not plain. */
function admits(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
): boolean {
  if (subscription.spent) return false;
  if (subscription.paused) return skip(engine, subscription, event, 'paused');
  const { filter, once } = subscription.traits;
  try {
    if (filter !== undefined && !passes(filter, event)) return skip(engine, subscription, event, 'filter');
  } catch (error) {
    fail(engine, { event, subscription, error, phase: 'filter' }, report);
    return skip(engine, subscription, event, 'filter');
  }
  if (once === true) {
    // The filter may have emitted, and that event may have been the one.
    if (subscription.spent) return false;
    subscription.spent = true;
    subscription.unsubscribe();
  }
  return true;
}

function skip(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  reason: 'paused' | 'filter',
): false {
  subscription.skipped++;
  engine.counters.skipped++;
  engine.observers.tell('skipped', event, subscription, reason);
  return false;
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

function fail(engine: Engine, failure: HandlerFailure, report: EmitReport | undefined): void {
  failure.subscription.failed++;
  engine.counters.failed++;
  report?.failures.push(failure);
  engine.onFailure(failure);
}

function count(report: EmitReport, { kind }: Subscription): void {
  if (kind === 'handler') report.delivered++;
  else if (kind === 'stream') report.queued++;
}
