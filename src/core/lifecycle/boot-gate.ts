import { startAll } from '../publish/dispatch.js';
import type { Engine } from '../engine.js';
import type { EventBus } from '../event-bus.js';
import type { TopicLike } from '../event/event-map.js';
import type { ScopedEvent } from './held-events.js';
import { HeldEvents } from './held-events.js';
import type { SubscribeOptions } from '../options.js';
import { recipientsOf } from '../publish/publish.js';
import { Served } from '../publish/served.js';
import type { RawHandler } from '../subscription/raw-handler.js';
import type { Subscription } from '../subscription/subscription.js';

export interface GatedOptions<T = unknown> extends SubscribeOptions<T> {
  /** Don't wait for the start: live as soon as handlers are known, what was emitted before them included. @default false */
  early?: boolean | undefined;
}

/**
 * Holds the deliveries of the handlers that are subscribed through it until the application has started. For integrations that
 * find handlers only after the first events were emitted: no event is lost, and no handler runs before everything is ready.
 * Subscriptions made elsewhere are live throughout.
 */
export class BootGate {
  /** Those whose deliveries wait. */
  readonly #waiting = { early: new Set<Subscription>(), late: new Set<Subscription>() };
  /** Those that waited, and have had every event so far. */
  readonly #live = new Set<Subscription>();

  /** @internal */
  constructor(private readonly engine: Engine) {
    engine.held = new HeldEvents(engine.options.heldCapacity);
  }

  /**
   * Has waits that time out, or take suspiciously long, tell why what they wait for can't come yet.
   *
   * @param explain answers a whole sentence, or undefined if it may come at any time
   */
  explainWaits(explain: (pattern: string) => string | undefined): void {
    this.engine.explainWait = explain;
  }

  /** Whether deliveries are no longer held. */
  get isOpen(): boolean {
    return this.engine.held === undefined;
  }

  /** Whether the bus was closed, maybe before the application had started. */
  get isClosed(): boolean {
    return this.engine.closed;
  }

  /** How many subscriptions there are on the whole bus. */
  get subscriptions(): number {
    return this.engine.registry.size;
  }

  /**
   * Subscribes like `bus.on`; while the gate is closed, deliveries wait for it.
   *
   * @throws InvalidPatternError, InvalidArgumentError, InvalidOptionError
   */
  on<Events>(
    bus: EventBus<Events>,
    pattern: TopicLike,
    handler: RawHandler,
    options?: GatedOptions<never>,
  ): Subscription {
    const known = options && this.#optionsOf(options);
    const subscription = subscribeTo(bus, pattern, handler, known);
    if (this.isOpen) return subscription;
    subscription.held = true;
    this.#waiting[options?.early ? 'early' : 'late'].add(subscription);
    return subscription;
  }

  /** Opens for the early handlers that are known, as {@link open} does for all. To be called once they all are. */
  openEarly(): void {
    const { early } = this.#waiting;
    this.#release(early);
    for (const subscription of early) this.#live.add(subscription);
    early.clear();
  }

  /** Delivers what was held, in order, those events included that come meanwhile; from then on all is live. */
  open(): void {
    const { early, late } = this.#waiting;
    for (const subscription of early) late.add(subscription);
    this.#release(late);
    for (const due of [early, late, this.#live]) due.clear();
    this.engine.held = undefined;
  }

  /** Those of the bus. */
  #optionsOf(options: GatedOptions<never>): SubscribeOptions<never> {
    const replays = options.replay !== undefined && !this.isOpen;
    // Most have neither: of thousands of handlers, copies take longer than all else that is done here.
    if (!replays && !('early' in options)) return options;
    const { early: _, replay, ...rest } = options;
    // All that ever happened on this bus is held, so a replay would be a second delivery.
    return { ...rest, replay: replays ? undefined : replay };
  }

  #release(due: ReadonlySet<Subscription>): void {
    for (const event of this.engine.held ?? []) this.#deliver(event, due);
    for (const subscription of due) subscription.held = false;
  }

  /** Delivers a held event to those who hear it and are due, unless the same handler has had it under another pattern. */
  #deliver({ event, scope }: ScopedEvent, due: ReadonlySet<Subscription>): void {
    const route = recipientsOf(scope, event.topic);
    const served = new Served();
    for (const subscription of route.subscriptions)
      if (this.#live.has(subscription)) served.add(subscription);
    const subscriptions = route.subscriptions.filter(
      (subscription) => due.has(subscription) && !served.has(subscription),
    );
    this.engine.nesting.within([event.topic], () =>
      startAll(this.engine, { ...route, subscriptions }, event),
    );
  }
}

/** Patterns found at run time: the compiler has nothing to check. */
function subscribeTo(
  bus: unknown,
  pattern: TopicLike,
  handler: RawHandler,
  options: SubscribeOptions<never> | undefined,
): Subscription {
  return (bus as UntypedBus).on(pattern, handler, options);
}

interface UntypedBus {
  on(pattern: TopicLike, handler: RawHandler, options: SubscribeOptions<never> | undefined): Subscription;
}
