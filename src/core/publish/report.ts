import { HandlersFailedError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import type { Subscription } from '../subscription/subscription.js';

/** A delivery that failed, as observers are told of it. */
export interface HandlerFailure {
  readonly event: BusEvent;
  readonly subscription: Subscription;
  /** What was thrown, or what the promise rejected with: an Error, as a rule, but anything can be thrown. */
  readonly error: unknown;
  /** Whose code it was: the handler's, that of the subscription's filter or its queue's `orderBy`. `queue`: a full one refused the event. */
  readonly phase: 'handler' | 'filter' | 'orderBy' | 'queue';
  /** How many times the handler was called for it: more than once where it has the option `retry`; never if its own code was not what failed. */
  readonly attempts: number;
  /** The id of the dead letter that keeps it; undefined when none does. */
  readonly deadLetter: string | undefined;
}

/** A delivery that failed, as the emitter is told of it. Whose it was stands there by name: the subscription is its owner's. */
export interface ReportedFailure extends Omit<HandlerFailure, 'subscription'> {
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly subscriptionId: string;
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
  readonly failures: ReportedFailure[] = [];
  /** What the handlers that succeeded returned, in the order of delivery. */
  declare readonly results: unknown[];
  /** Why nothing was delivered; undefined when that is not so. */
  dropped: DropReason | undefined;
  readonly #signal: AbortSignal | undefined;
  #waits: Promise<void>[] | undefined;

  /** @internal */
  constructor(
    /** As it was delivered: after middleware and schema. */
    readonly event: BusEvent<T>,
    signal?: AbortSignal,
  ) {
    this.#signal = signal;
    this.results = [];
  }

  /** @internal Aborted when its `emitAsync` is. */
  get signal(): AbortSignal | undefined {
    return this.#signal;
  }

  /** @internal Something to wait for when all handlers are done: room in a queue. */
  waitFor(room: Promise<void>): void {
    (this.#waits ??= []).push(room);
  }

  /** @internal */
  succeed(result: unknown): void {
    // The first `push` to an empty array takes room for 17: with one handler, an awaited emit takes 6 to 10 % less without.
    if (this.results.length === 0) (this as { results: unknown[] }).results = [result];
    else this.results.push(result);
  }

  /** @internal */
  fail({ subscription, ...failure }: HandlerFailure): void {
    this.failures.push({ ...failure, handler: subscription.label, subscriptionId: subscription.id });
  }

  /** @internal Whether there is something to wait for. */
  get isWaiting(): boolean {
    return this.#waits !== undefined;
  }

  /** @internal The report when there is nothing more to wait for. */
  complete(): this | Promise<this> {
    return this.#waits === undefined ? this : Promise.all(this.#waits).then(() => this);
  }

  /** @throws HandlersFailedError when a handler failed; its `errors` are what the handlers threw. */
  throwIfFailed(): this {
    if (this.failures.length === 0) return this;
    throw new HandlersFailedError(
      this.event.topic,
      this.event.id,
      this.failures.map(({ error }) => error),
      this.failures.map(({ handler }) => handler),
    );
  }
}
