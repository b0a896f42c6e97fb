import { startAll } from './dispatch.js';
import type { Engine } from './engine.js';
import type { EventBus } from './event-bus.js';
import type { TopicLike } from './event-map.js';
import type { ScopedEvent } from './held-events.js';
import { HeldEvents } from './held-events.js';
import type { SubscribeOptions } from './options.js';
import { recipientsOf } from './publish.js';
import { isSame } from './router.js';
import type { RawHandler, Subscription } from './subscription.js';

export interface GatedOptions<T = unknown> extends SubscribeOptions<T> {
  /** Don't wait for the gate: what was emitted so far is delivered at once, and the rest as it comes. @default false */
  early?: boolean | undefined;
}

/**
 * Holds the deliveries of the handlers that are subscribed through it until the application has started. For integrations that
 * find handlers only after the first events were emitted: no event is lost, and no handler runs before everything is ready.
 * Subscriptions made elsewhere are live throughout.
 */
export class BootGate {
  readonly #gated: Subscription[] = [];
  /** Those that have had every event so far. */
  readonly #early = new Set<Subscription>();

  /** @internal */
  constructor(private readonly engine: Engine) {
    engine.held = new HeldEvents(engine.options.heldCapacity);
  }

  /** Whether deliveries are no longer held. */
  get isOpen(): boolean {
    return this.engine.held === undefined;
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
    options: GatedOptions<never> = {},
  ): Subscription {
    const { early = false, ...rest } = options;
    const { held } = this.engine;
    if (held === undefined) return subscribeTo(bus, pattern, handler, rest);
    // All that ever happened on this bus is held, so a replay would be a second delivery.
    const subscription = subscribeTo(bus, pattern, handler, { ...rest, replay: undefined });
    if (!early) {
      subscription.held = true;
      this.#gated.push(subscription);
      return subscription;
    }
    // Of those held so far: what comes while it catches up, it gets live.
    for (const event of [...held]) this.#deliver(event, (each) => each === subscription);
    this.#early.add(subscription);
    return subscription;
  }

  /** Delivers what was held, in order, those events included that come meanwhile; from then on all is live. */
  open(): void {
    for (const event of this.engine.held ?? []) this.#deliver(event, ({ held }) => held);
    this.engine.held = undefined;
    for (const subscription of this.#gated.splice(0)) subscription.held = false;
    this.#early.clear();
  }

  /** Delivers a held event to some of those who hear it, unless the same handler has had it early, under another pattern. */
  #deliver({ event, scope }: ScopedEvent, isDue: (subscription: Subscription) => boolean): void {
    const route = recipientsOf(scope, event.topic);
    const had = route.subscriptions.filter((subscription) => this.#early.has(subscription));
    const subscriptions = route.subscriptions.filter(
      (subscription) => isDue(subscription) && !had.some((other) => isSame(other, subscription)),
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
  options: SubscribeOptions<never>,
): Subscription {
  return (bus as UntypedBus).on(pattern, handler, options);
}

interface UntypedBus {
  on(pattern: TopicLike, handler: RawHandler, options: SubscribeOptions<never>): Subscription;
}
