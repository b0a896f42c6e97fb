import { runInOrder, startAll } from './dispatch.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import { EmitReport } from './report.js';
import type { Route } from '../subscription/route-cache.js';
import { hasRepeats } from '../subscription/router.js';
import type { Scope } from '../subscription/scope.js';

/**
 * Publishes an accepted event: everybody who hears it starts. Called by whoever has entered it into the nesting.
 *
 * @param route of its topic in that scope; undefined: as it is now
 */
export function publish(
  engine: Engine,
  scope: Scope,
  event: BusEvent,
  route: Route | undefined,
  report?: EmitReport,
): void {
  startAll(engine, record(engine, scope, event, route), event, report, emittedNow(event, route));
}

/** Publishes an accepted event to one after another. */
export function publishInOrder(
  engine: Engine,
  scope: Scope,
  event: BusEvent,
  route: Route | undefined,
  signal: AbortSignal | undefined,
): Promise<EmitReport> | EmitReport {
  const report = new EmitReport(event, signal);
  const waiting =
    engine.held === undefined ? 0 : heldBack(recipientsOf(scope, event.topic)).subscriptions.length;
  // Before the application has started, handlers may wait that are not subscribed yet.
  report.held = engine.held === undefined ? 0 : Math.max(1, waiting);
  return runInOrder(engine, record(engine, scope, event, route), event, report, emittedNow(event, route));
}

/** The time, if the event was emitted just now: then its route is known. */
function emittedNow(event: BusEvent, route: Route | undefined): number | undefined {
  return route === undefined ? undefined : event.timestamp;
}

/** Publishes an event of the bus itself, or one that was held. Spared by the recursion limit, but counted by it. */
export function publishInside(engine: Engine, scope: Scope, event: BusEvent, report?: EmitReport): void {
  const chain = [...engine.nesting.chain(), event.topic];
  engine.nesting.within(chain, () => publish(engine, scope, event, undefined, report));
}

/** Remembers the event where it is to be remembered, and answers who gets it now. */
function record(engine: Engine, scope: Scope, event: BusEvent, route: Route | undefined): Route {
  const recipients = recipientsOf(scope, event.topic, route);
  engine.counters.emitted++;
  if (recipients.retain) retain(scope, engine.sensitivity.kept(event));
  if (engine.history.capacity > 0) engine.history.add(engine.sensitivity.kept(event));
  if (engine.observers.wants.emitted) engine.observers.tellEmitted(event, recipients.subscriptions.length);
  if (engine.held === undefined) return recipients;
  engine.held.add(event, scope);
  return { ...recipients, subscriptions: recipients.subscriptions.filter(({ held }) => !held) };
}

/** Wherever it is heard, so that no scope replays what it could not have heard. */
function retain(scope: Scope, event: BusEvent): void {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) at.retained.add(event);
}

/** The scope's own subscriptions first, then its parents'. */
export function recipientsOf(scope: Scope, topic: string, own = scope.router.route(topic)): Route {
  if (scope.parent === undefined) return own;
  const subscriptions = [...own.subscriptions, ...recipientsOf(scope.parent, topic).subscriptions];
  return { ...own, subscriptions, repeats: hasRepeats(subscriptions) };
}

function heldBack(route: Route): Route {
  return { ...route, subscriptions: route.subscriptions.filter(({ held }) => held) };
}
