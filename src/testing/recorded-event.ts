import type {
  BusEvent,
  DropReason,
  HandlerFailure,
  Refusal,
  SkipReason,
  Subscription,
} from '../core/index.js';

/**
 * Something that was emitted, or was to be: plain data, for comparisons and snapshots. `handlers` goes on changing
 * while handlers run.
 */
export interface RecordedEvent<T = unknown> {
  /** As it was given, where it was refused. */
  readonly topic: string;
  /** Undefined where it was refused. */
  readonly data: T;
  /** `Module/Class` of who emitted it; undefined for an ownerless bus. */
  readonly source: string | undefined;
  /** `dropped`: nobody got it, and the emitter wasn't told. `refused`: the emitter got an error, and nobody the event. */
  readonly outcome: 'emitted' | 'dropped' | 'refused';
  /** Why it was dropped. */
  readonly reason?: DropReason;
  /** Why it was refused. */
  readonly error?: unknown;
  /** What each handler that got it did, in the order in which they were called. One with a queue stands there when its turn has come. */
  readonly handlers: readonly RecordedHandler[];
  /** The whole envelope. Not enumerable, so that comparisons and snapshots don't see ids and times. Undefined where it was refused. */
  readonly event: BusEvent<T> | undefined;
}

/** What was emitted and delivered to whoever listens. */
export interface EmittedEvent<T = unknown> extends RecordedEvent<T> {
  readonly outcome: 'emitted';
  readonly event: BusEvent<T>;
}

/** What a handler did with an event. */
export interface RecordedHandler {
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  /**
   * `pending`: it returned a promise that has not settled, or failed and will be called again. `lost`: its queue was full. After a
   * retry, or a redelivery, what came of it last.
   */
  readonly outcome: 'pending' | 'returned' | 'failed' | 'skipped' | 'lost';
  /** Why it was skipped, or whether the queue dropped or refused the event. */
  readonly reason?: SkipReason | 'dropped' | 'refused';
  /** What it, or its filter, threw. */
  readonly error?: unknown;
}

/** A handler that failed. */
export interface RecordedFailure {
  readonly topic: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly error: unknown;
}

/** An event that was delivered, with the outcomes of its handlers as they are told. */
export class Delivery {
  readonly recorded: EmittedEvent;
  readonly #handlers: RecordedHandler[] = [];
  readonly #places = new Map<Subscription, number>();

  constructor(event: BusEvent) {
    this.recorded = record(event, { outcome: 'emitted' as const, handlers: this.#handlers });
  }

  pending(subscription: Subscription): void {
    this.#set(subscription, { outcome: 'pending' });
  }

  returned(subscription: Subscription): void {
    this.#set(subscription, { outcome: 'returned' });
  }

  failed({ subscription, error }: HandlerFailure): void {
    this.#set(subscription, { outcome: 'failed', error });
  }

  skipped(subscription: Subscription, reason: SkipReason): void {
    // A filter that threw is told of twice, as a failure first.
    if (!this.#places.has(subscription)) this.#set(subscription, { outcome: 'skipped', reason });
  }

  lost(subscription: Subscription, reason: 'dropped' | 'refused'): void {
    this.#set(subscription, { outcome: 'lost', reason });
  }

  #set(subscription: Subscription, did: Omit<RecordedHandler, 'handler'>): void {
    // Streams and those who wait for an event handle nothing.
    if (subscription.kind !== 'handler') return;
    let place = this.#places.get(subscription);
    if (place === undefined) this.#places.set(subscription, (place = this.#places.size));
    this.#handlers[place] = { handler: subscription.label, ...did };
  }
}

export function recordDrop(event: BusEvent, reason: DropReason): RecordedEvent {
  return record(event, { outcome: 'dropped' as const, reason, handlers: [] });
}

export function recordRefusal({ topic, source, error }: Refusal): RecordedEvent {
  const shown = typeof topic === 'string' ? topic : `(${topic === null ? 'null' : typeof topic})`;
  return hide(
    { topic: shown, data: undefined, source, outcome: 'refused' as const, error, handlers: [] },
    undefined,
  );
}

function record<Fate extends object>(event: BusEvent, fate: Fate) {
  const { topic, data, source } = event;
  return hide({ topic, data, source, ...fate }, event);
}

function hide<Shown extends object, E extends BusEvent | undefined>(
  shown: Shown,
  event: E,
): Shown & { readonly event: E } {
  return Object.defineProperty(shown, 'event', { value: event }) as Shown & { readonly event: E };
}
