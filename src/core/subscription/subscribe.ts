import { startAll } from '../publish/dispatch.js';
import { isDeepStrictEqual } from 'node:util';
import { policyOf } from '../delivery/delivery-policy.js';
import type { Engine } from '../engine.js';
import { InvalidArgumentError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { passes } from './filter.js';
import { HandlerQueue } from '../queue/handler-queue.js';
import type { SubscribeOptions } from '../options.js';
import { resolveQueue } from '../options.js';
import type { Owner } from '../owner.js';
import type { Pattern } from '../event/pattern.js';
import { pauseReports } from '../delivery/pause-reports.js';
import type { Scope } from './scope.js';
import type { Intake } from './intake.js';
import type { RawHandler } from './raw-handler.js';
import { Subscription } from './subscription.js';
import type { SubscriptionKind } from './subscription-figures.js';
import type { SubscriptionDetails } from './subscription-setting.js';
import { quote } from '../event/topic.js';

/** Who subscribes, and where. */
export interface Subscriber {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly owner: Owner;
  /** The bus that the handler's context emits on. */
  readonly bus: unknown;
}

const NO_OPTIONS: SubscribeOptions<never> = Object.freeze({});

/** What is subscribed. */
export interface SubscriptionRequest {
  readonly pattern: Pattern;
  readonly handler: RawHandler;
  readonly options?: SubscribeOptions<never> | undefined;
  /** What it is, if it isn't there for a handler. */
  readonly kind?: Exclude<SubscriptionKind, 'handler'>;
  /** Called once when the subscription has ended, for whatever reason. */
  readonly onEnd?: () => void;
  /** @internal Makes what takes the events in place of the handler. */
  readonly intake?: (subscription: Subscription) => Intake;
}

/** @throws InvalidArgumentError when the handler is no function */
export function assertHandler(handler: unknown): asserts handler is RawHandler {
  if (typeof handler === 'function') return;
  throw new InvalidArgumentError('handler', handler, `A handler must be a function, not ${quote(handler)}.`);
}

/**
 * Makes a subscription, or finds the one that is there: the same handler of the same owner on the same pattern
 * subscribes once, and under a known key a new handler replaces the old one.
 */
export function subscribe(subscriber: Subscriber, request: SubscriptionRequest): Subscription {
  const { engine, scope, owner } = subscriber;
  const { pattern, handler, options = NO_OPTIONS } = request;
  const details = detailsOf(engine, request);
  let place = scope.router.place(pattern);
  if (options.key !== false) {
    const twin = place.twinOf(owner, handler, options.key);
    if (twin?.calls(handler) === true) {
      warnOfOtherOptions(engine, twin, options);
      return twin;
    }
    if (twin?.unsubscribe() === true) place = scope.router.place(pattern); // who is told of that may subscribe, too
  }
  const subscription = new Subscription(subscriber, place, handler, details);
  if (engine.closed || scope.closed) {
    subscription.ended();
    engine.warn({
      code: 'EVENT_BUS_CLOSED',
      message: `${subscription.label} subscribed to "${pattern.source}" after the bus (or the scope) had closed, and will hear nothing.`,
    });
    return subscription;
  }
  scope.router.add(place, subscription);
  engine.registry.add(subscription, handler);
  if (engine.observers.wants.subscribed) engine.observers.tell('subscribed', subscription);
  if (options.replay === 'last') replayLast(subscriber, subscription);
  return subscription;
}

/** What the request asks for beside pattern and handler; undefined where that is nothing, as for most. */
function detailsOf(
  engine: Engine,
  request: SubscriptionRequest,
): SubscriptionDetails<Subscription> | undefined {
  const { options, kind, onEnd, intake } = request;
  const hasOptions = options !== undefined && Object.values(options).some((value) => value !== undefined);
  const policy =
    kind !== undefined ? undefined : hasOptions ? policyOf(options, engine.options.delivery) : engine.policy;
  if (kind === undefined && !hasOptions && policy === undefined) return undefined;
  const queue = resolveQueue(options?.queue);
  return {
    kind,
    traits: hasOptions ? { ...options } : undefined, // the caller's object may change
    policy,
    pauses: policy?.pause && pauseReports(engine),
    onEnd,
    intake: intake ?? (queue && ((subscription) => new HandlerQueue(engine, subscription, queue))),
  };
}

/** The last event that already happened and could have been heard: among the retained ones, else in the history. */
export function lastOf(
  { engine, scope }: Subscriber,
  pattern: Pattern,
  accepts: (event: BusEvent) => boolean,
): BusEvent | undefined {
  return scope.retained.last(pattern, accepts) ?? engine.history.lastIn(scope, pattern, accepts);
}

function replayLast(subscriber: Subscriber, subscription: Subscription): void {
  const { engine } = subscriber;
  const event = lastOf(subscriber, subscription.compiled, (each) => mayPass(subscription, each));
  if (event === undefined) return;
  const route = {
    topic: event.topic,
    subscriptions: [subscription],
    repeats: false,
    definition: undefined,
    retain: false,
    allowed: undefined,
  };
  engine.nesting.enter(event.topic);
  try {
    startAll(engine, route, event);
  } finally {
    engine.nesting.leave();
  }
}

/** Whether the filter lets the event through; one that throws is left to fail at the delivery. */
function mayPass({ traits: { filter } }: Subscription, event: BusEvent): boolean {
  try {
    return filter === undefined || passes(filter, event);
  } catch {
    return true;
  }
}

function warnOfOtherOptions(engine: Engine, twin: Subscription, options: SubscribeOptions<never>): void {
  const before = twin.traits as SubscribeOptions<never>;
  const names = new Set([...Object.keys(before), ...Object.keys(options)]) as Set<keyof SubscribeOptions>;
  // Options that are objects are written anew each time.
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], options[name]));
  if (changed.length === 0) return;
  engine.warn({
    code: 'EVENT_BUS_SUBSCRIBED_TWICE',
    message:
      `${twin.label} is already subscribed to "${twin.pattern}"; its options stay as they were, and other values for ` +
      `${changed.join(', ')} are ignored. To subscribe it twice, use { key: false }.`,
  });
}
