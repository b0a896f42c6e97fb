import { deliver, fail } from '../delivery/delivery.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import type { Filter } from '../subscription/filter.js';
import { passes } from '../subscription/filter.js';
import type { SkipReason } from '../observer.js';
import type { EmitReport } from './report.js';
import type { Served } from './served.js';
import type { Subscription } from '../subscription/subscription.js';
import { intakeOf } from '../subscription/subscription.js';

/**
 * Hands one event to one subscription, unless something stands between them. Never throws; what it answers is that of
 * {@link deliver}.
 *
 * @param served where the list has subscriptions that are the same for one event: those that have had it
 */
export function handOver(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  served: Served | undefined,
): PromiseLike<unknown> | undefined {
  if (served !== undefined && served.has(subscription)) return undefined;
  if (subscription.plain) {
    served?.add(subscription);
    return deliver(engine, subscription, event, report);
  }
  const intake = intakeOf(subscription);
  if (subscription.guarded && !admits(engine, subscription, event, report, intake !== undefined)) {
    return undefined;
  }
  served?.add(subscription);
  if (intake === undefined) return deliver(engine, subscription, event, report);
  intake.accept(event, report);
  return undefined;
}

/** Asks all that can stand between an event and a handler, or its queue. Only for subscriptions that are guarded. */
function admits(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
  isQueued: boolean,
): boolean {
  if (subscription.spent) return false;
  if (!isQueued && !subscription.takesDelivery()) return skip(engine, subscription, event, 'paused');
  const { filter, once } = subscription.traits;
  if (filter !== undefined && !letsThrough(filter, engine, subscription, event, report)) return false;
  if (once === true && !isQueued) {
    // The filter may have emitted, and that event may have been the one.
    if (subscription.spent) return false;
    subscription.spent = true;
    subscription.unsubscribe();
  }
  return true;
}

function letsThrough(
  filter: Filter,
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: EmitReport | undefined,
): boolean {
  try {
    return passes(filter, event) || skip(engine, subscription, event, 'filter');
  } catch (error) {
    fail(engine, { event, subscription, error, phase: 'filter' }, report);
    return skip(engine, subscription, event, 'filter');
  }
}

/** Counts and tells that a subscription didn't get an event. */
export function skip(engine: Engine, subscription: Subscription, event: BusEvent, reason: SkipReason): false {
  subscription.skipped++;
  engine.counters.skipped++;
  engine.observers.tell('skipped', event, subscription, reason);
  return false;
}
