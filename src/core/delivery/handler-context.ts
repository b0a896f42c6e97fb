import type { Emitter } from '../emitter.js';
import type { BusEvent } from '../event/event.js';
import type { EventMap, DataFor, EmitArguments, TopicArgument, TopicHint } from '../event/event-map.js';
import type { Nesting } from '../publish/nesting.js';
import type { EmitAsyncOptions, EmitOptions } from '../options.js';
import type { EmitReport } from '../publish/report.js';
import type { Subscription } from '../subscription/subscription.js';

/** A bus as seen by a context, which passes on what its own typed methods were given. */
interface AnyEmitter {
  emit(topic: unknown, data: unknown, options: EmitOptions): BusEvent<never>;
  emitAsync(topic: unknown, data: unknown, options: EmitAsyncOptions): Promise<EmitReport<never>>;
}

/**
 * What a handler learns about the delivery it handles, as its third argument. It is made only for handlers that declare a
 * third parameter (`handler.length`), so the others pay nothing.
 */
export class HandlerContext<Events = EventMap> implements Emitter<Events> {
  readonly #event: BusEvent;
  readonly #signals: { readonly signal: AbortSignal };
  readonly #nesting: Nesting;
  readonly #chain: readonly string[];
  readonly #bus: AnyEmitter;

  /** @internal */
  constructor(
    event: BusEvent,
    readonly subscription: Subscription,
    signals: { readonly signal: AbortSignal },
    /** Which attempt this is: 1 for the first, more where the option `retry` has the handler called again. */
    readonly attempt: number,
    nesting: Nesting,
    /** That of the subscription, which alone doesn't give it away. */
    bus: unknown,
  ) {
    this.#bus = bus as AnyEmitter;
    this.#event = event;
    this.#signals = signals;
    this.#nesting = nesting;
    this.#chain = nesting.chain();
  }

  /** Aborted when the attempt's `timeout` has run out, and when the bus closes and can't wait for the handler any longer. */
  get signal(): AbortSignal {
    return this.#signals.signal;
  }

  /** Emits on the bus of the subscription, as caused by the event being handled (unless `causedBy` says otherwise). */
  emit<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitOptions>
  ): BusEvent<DataFor<Events, T>>;
  emit(topic: unknown, data?: unknown, options?: EmitOptions): BusEvent<never> {
    return this.#bus.emit(topic, data, this.#linked(options));
  }

  /** Like {@link emit}, awaited. Counts as nested in the event being handled, so a circle of awaits ends with an error. */
  emitAsync<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitAsyncOptions>
  ): Promise<EmitReport<DataFor<Events, T>>>;
  emitAsync(topic: unknown, data?: unknown, options?: EmitAsyncOptions): Promise<EmitReport<never>> {
    return this.#nesting.within(this.#chain, () => this.#bus.emitAsync(topic, data, this.#linked(options)));
  }

  /** Options that are none pass as they are, for the bus to refuse. */
  #linked(options: EmitOptions = {}): EmitOptions {
    if (typeof options !== 'object' || options === null) return options;
    return { ...options, causedBy: options.causedBy ?? this.#event };
  }
}
