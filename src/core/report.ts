import { HandlersFailedError } from './errors.js';
import type { BusEvent } from './event.js';
import type { Subscription } from './subscription.js';

/** A delivery that failed. */
export interface HandlerFailure {
  readonly event: BusEvent;
  readonly subscription: Subscription;
  /** What was thrown, or what the promise rejected with: an Error, as a rule, but anything can be thrown. */
  readonly error: unknown;
  /** Whose code it was: the handler's, or that of the subscription's filter. */
  readonly phase: 'handler' | 'filter';
}

/** Why an event was not delivered to anybody: a middleware dropped it, or the bus (or the scope) was closed. */
export type DropReason = 'middleware' | 'closed';

/** What became of an `emitAsync`. */
export class EmitReport<T = unknown> {
  /** How many handlers were called, those that failed included. */
  delivered = 0;
  /** How many deliveries went into a queue, such as a stream's, to be handled later. */
  queued = 0;
  /** How many deliveries wait for the application to start, or (1) that the event waits for its `hold` to end. */
  held = 0;
  readonly failures: HandlerFailure[] = [];
  /** What the handlers that succeeded returned, in the order of delivery. */
  readonly results: unknown[] = [];
  /** Why nothing was delivered; undefined when that is not so. */
  dropped: DropReason | undefined;

  /** @internal */
  constructor(
    /** As it was delivered: after middleware and schema. */
    readonly event: BusEvent<T>,
  ) {}

  /** @throws HandlersFailedError when a handler failed; its `errors` are what the handlers threw. */
  throwIfFailed(): this {
    if (this.failures.length === 0) return this;
    throw new HandlersFailedError(
      this.event.topic,
      this.event.id,
      this.failures.map(({ error }) => error),
      this.failures.map(({ subscription }) => subscription.label),
    );
  }
}
