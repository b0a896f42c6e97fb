import { Line } from './backlog.js';
import { BoundedQueue } from './bounded-queue.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import type { StreamOptions } from '../options.js';
import { resolveBounds } from '../options.js';
import type { Pattern } from '../event/pattern.js';
import type { EmitReport } from '../publish/report.js';
import type { Subscriber } from '../subscription/subscribe.js';
import { subscribe } from '../subscription/subscribe.js';
import type { Intake } from '../subscription/intake.js';
import type { Subscription } from '../subscription/subscription.js';
import type { QueueFigures } from '../subscription/subscription-figures.js';
import { whenAborted } from '../when-aborted.js';

type Result = IteratorResult<BusEvent, undefined>;

export const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Ends the sources of streams that nobody can read any more. */
const abandoned = new FinalizationRegistry<StreamSource>((source) => source.stop());

/**
 * What a stream reads from: the queue of a subscription, and the consumers that wait for an event. It knows nothing of the stream in
 * front, so that a stream that was abandoned can be collected. One whose consumer waits can't: the consumer is reachable from here.
 */
export class StreamSource implements Intake {
  readonly #backlog = new Line();
  readonly #queue: BoundedQueue;
  readonly #consumers: ((result: Result) => void)[] = [];
  readonly #forgetSignal: (() => void) | undefined;
  #ended = false;

  constructor(
    private readonly engine: Engine,
    private readonly subscription: Subscription,
    options: StreamOptions,
  ) {
    this.#queue = new BoundedQueue(engine, subscription, this.#backlog, resolveBounds(options));
    if (options.signal !== undefined) this.#forgetSignal = whenAborted(options.signal, this.stop);
  }

  get label(): string {
    return this.subscription.label;
  }

  get figures(): QueueFigures {
    return this.#queue.figures(0);
  }

  /** How many events can be read at once. */
  get size(): number {
    return this.#backlog.size;
  }

  get dropped(): number {
    return this.subscription.dropped;
  }

  /** Ends when that handle is collected. */
  endWith(handle: object): void {
    if (!this.#ended) abandoned.register(handle, this, this);
  }

  accept(event: BusEvent, report: EmitReport | undefined): void {
    if (this.#ended) return this.#queue.lose(1);
    const kept = this.engine.sensitivity.kept(event);
    const consumer = this.#consumers.shift();
    if (consumer === undefined) return void this.#queue.offer(kept, undefined, report);
    if (report !== undefined) report.queued++;
    consumer(this.#handedOver(kept));
  }

  next(): Promise<Result> {
    if (this.#backlog.ready()) return Promise.resolve(this.#handedOver(this.#queue.take()));
    if (this.#ended) return Promise.resolve(END);
    return new Promise((resolve) => this.#consumers.push(resolve));
  }

  wake(): void {
    // Its consumer decides when an event is delivered.
  }

  /** No more events come; what is in the queue can still be read. */
  end(): void {
    this.#ended = true;
    this.#queue.close();
    this.#forgetSignal?.();
    abandoned.unregister(this);
    for (const consumer of this.#consumers.splice(0)) consumer(END);
  }

  /** Ends it, without what is in the queue. */
  readonly stop = (): void => {
    this.subscription.unsubscribe();
    this.#queue.discard();
  };

  #handedOver(event: BusEvent): Result {
    const { engine, subscription } = this;
    subscription.delivered++;
    engine.counters.delivered++;
    if (engine.observers.wants.delivered) engine.observers.tell('delivered', event, subscription);
    return { done: false, value: engine.sensitivity.shown(event) };
  }
}

/** Subscribes a source to a pattern: from now on it takes the events that match. */
export function openSource(subscriber: Subscriber, pattern: Pattern, options: StreamOptions): StreamSource {
  let source!: StreamSource;
  subscribe(subscriber, {
    pattern,
    handler: () => undefined, // its own, since handlers are looked up by identity
    options: { key: false },
    kind: 'stream',
    intake: (subscription) => (source = new StreamSource(subscriber.engine, subscription, options)),
  });
  if (options.signal?.aborted === true) source.stop();
  return source;
}
