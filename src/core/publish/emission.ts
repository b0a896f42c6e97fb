import { assertRight } from '../rights/assert-right.js';
import type { StandardSchema } from '../event/definition.js';
import { validate, validateAsync } from '../event/definition.js';
import type { BusEvent } from '../event/event.js';
import { createEvent } from '../event/event.js';
import type { TopicLike } from '../event/event-map.js';
import { transform } from './middleware.js';
import type { EmitAsyncOptions, EmitOptions } from '../options.js';
import { checkEmitOptions } from '../options.js';
import { isDefinition } from '../event/pattern-argument.js';
import { publish, publishInOrder } from './publish.js';
import type { Route } from '../subscription/route-cache.js';
import type { DropReason } from './report.js';
import { EmitReport } from './report.js';
import type { Seat } from '../seat.js';
import { whenAborted } from '../when-aborted.js';

/** How an event is delivered: what `emit` and `emitAsync` do differently on the same way. */
interface Mode<Outcome> {
  readonly isAsync: boolean;
  /** Validates, then goes on as {@link accepted}. */
  validated(seat: Seat, schema: StandardSchema, event: BusEvent, signal?: AbortSignal): Outcome;
  /** @param route who hears it, where nobody can have subscribed since that was looked up */
  accepted(seat: Seat, event: BusEvent, route: Route | undefined, signal?: AbortSignal): Outcome;
  dropped(event: BusEvent, reason: DropReason): Outcome;
}

const AT_ONCE: Mode<BusEvent> = {
  isAsync: false,
  validated: (seat, schema, event) =>
    AT_ONCE.accepted(seat, validate(schema, event, seat.engine.sensitivity), undefined),
  accepted({ engine, scope, hold }, event, route) {
    if (hold === undefined) publish(engine, scope, event, route);
    else hold.add(event, scope);
    return event;
  },
  dropped: (event) => event,
};

const IN_ORDER: Mode<EmitReport | Promise<EmitReport>> = {
  isAsync: true,
  validated: (seat, schema, event, signal) => handled(validatedInOrder(seat, schema, event, signal)),
  accepted({ engine, scope, hold }, event, route, signal) {
    if (hold === undefined) return publishInOrder(engine, scope, event, route, signal);
    hold.add(event, scope);
    const report = new EmitReport(event);
    report.held = 1;
    return report;
  },
  dropped(event, reason) {
    const report = new EmitReport(event);
    report.dropped = reason;
    return report;
  },
};

/** Rejects for the caller's own faults, of which observers are told too. */
async function validatedInOrder(
  seat: Seat,
  schema: StandardSchema,
  event: BusEvent,
  signal: AbortSignal | undefined,
): Promise<EmitReport> {
  const { nesting, tasks, sensitivity } = seat.engine;
  const chain = nesting.chain();
  const task = tasks.start({ label: `schema of ${event.topic}` }, event.source);
  let outcome: EmitReport | Promise<EmitReport>;
  try {
    const valid = await validateAsync(schema, event, sensitivity);
    if (seat.scope.closed) outcome = drop(seat, valid, 'closed', IN_ORDER);
    else {
      seat.engine.held?.assertRoom(valid.topic);
      outcome = nesting.within(chain, () => IN_ORDER.accepted(seat, valid, undefined, signal));
    }
  } catch (error) {
    refuse(seat, event.topic, error);
    throw error;
  } finally {
    tasks.end(task);
  }
  return outcome;
}

/** @throws for the caller's own faults, of which observers are told too */
export function emit(
  seat: Seat,
  topic: TopicLike,
  data: unknown,
  options: EmitOptions | undefined,
): BusEvent {
  try {
    return send(seat, topic, data, options, AT_ONCE);
  } catch (error) {
    refuse(seat, topic, error);
    throw error;
  }
}

/** Rejects where {@link emit} throws. Observers are told, so a rejection that nobody handles need not crash the process. */
export function emitAsync(
  seat: Seat,
  topic: TopicLike,
  data: unknown,
  options: EmitAsyncOptions | undefined,
): Promise<EmitReport> {
  try {
    const outcome = send(seat, topic, data, options, IN_ORDER);
    if (outcome instanceof EmitReport) return Promise.resolve(outcome);
    return options?.signal === undefined ? outcome : untilAborted(outcome, options.signal);
  } catch (error) {
    refuse(seat, topic, error);
    return handled(Promise.reject(error as Error));
  }
}

/** The way in: topic, options and nesting are checked, the event gets its envelope, middleware and schema have their say. */
function send<Outcome>(
  seat: Seat,
  topicLike: TopicLike,
  data: unknown,
  options: EmitAsyncOptions | undefined,
  mode: Mode<Outcome>,
): Outcome {
  const { engine, scope } = seat;
  const topic = isDefinition(topicLike) ? topicLike.topic : topicLike;
  const route = permittedRoute(seat, topicLike, topic);
  const { revision } = scope.router;
  if (options !== undefined) {
    checkEmitOptions(options, mode.isAsync, seat.isRoot);
    options.signal?.throwIfAborted();
  }
  seat.hold?.assertOpen(topic);
  engine.held?.assertRoom(topic, seat.hold?.size);
  engine.nesting.enter(topic);
  try {
    // Only the root's is read: to a view, one that escaped the check must mean nothing.
    const source = (seat.isRoot ? options?.source : undefined) ?? seat.source;
    const event = createEvent(
      engine.clock(),
      topic,
      data,
      source,
      scope.path,
      options?.causedBy,
      options?.metadata,
    );
    if (engine.closed || scope.closed) return drop(seat, event, 'closed', mode);
    const { middleware, sensitivity } = engine;
    const changed = middleware.length === 0 ? event : transform(middleware, event, sensitivity);
    if (changed === null) return drop(seat, event, 'middleware', mode);
    const schema = route.definition?.schema;
    const signal = options?.signal;
    if (schema !== undefined) return mode.validated(seat, schema, changed, signal);
    return mode.accepted(seat, changed, revision === scope.router.revision ? route : undefined, signal);
  } finally {
    engine.nesting.leave();
  }
}

/**
 * Who hears the topic, for a seat that may emit it. What was found out is remembered with the route: emitted again by the same
 * owner, one look-up answers everything.
 *
 * @throws PermissionDeniedError, InvalidTopicError, DefinitionConflictError
 */
function permittedRoute(seat: Seat, topicLike: TopicLike, topic: string): Route {
  const known = seat.scope.router.known(topic);
  const isSettled =
    known !== undefined &&
    (seat.judge === undefined || seat.judge === known.allowed) &&
    (typeof topicLike === 'string' || topicLike === known.definition);
  return isSettled ? known : newlyPermittedRoute(seat, topicLike, topic);
}

function newlyPermittedRoute(seat: Seat, topicLike: TopicLike, topic: string): Route {
  const { engine, judge, scope } = seat;
  const isAllowed = judge !== undefined && assertRight(seat, 'emits', topic);
  if (isDefinition(topicLike)) engine.define(topicLike, topic);
  const route = scope.router.route(topic);
  if (isAllowed) route.allowed = judge;
  return route;
}

function drop<Outcome>(seat: Seat, event: BusEvent, reason: DropReason, mode: Mode<Outcome>): Outcome {
  seat.engine.drop(event, reason);
  return mode.dropped(event, reason);
}

function refuse(seat: Seat, topicLike: TopicLike, error: unknown): void {
  const { observers } = seat.engine;
  if (observers.wants.refused)
    observers.tell('refused', { topic: shown(topicLike), source: seat.source, error });
}

/** What was given as the topic; to read it may be what failed. */
function shown(topicLike: unknown): unknown {
  try {
    return isDefinition(topicLike) ? topicLike.topic : topicLike;
  } catch {
    return topicLike;
  }
}

/** The promise, or a rejection with the signal's reason, whichever comes first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return handled(
    new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      if (signal.aborted) onAbort();
      const forget = whenAborted(signal, onAbort);
      void promise.then(resolve, reject).then(forget);
    }),
  );
}

/** Marks a promise as one whose rejection needs nobody. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
