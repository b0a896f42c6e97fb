import type { BusEvent } from './event.js';
import type { Observers } from './observer.js';
import type { StreamOptions } from './options.js';
import type { Pattern } from './pattern.js';
import { RingBuffer } from './ring-buffer.js';
import type { Sensitivity } from './sensitivity.js';
import type { Subscriber } from './subscribe.js';
import { subscribe } from './subscribe.js';
import type { Subscription } from './subscription.js';

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The events that match, for a `for await` loop, through a bounded queue: a slow consumer delays nobody and loses
 * events instead, which are counted. It listens from the call on; leave the loop or call `return()` to end it.
 */
export class EventStream<T = unknown> implements AsyncIterableIterator<BusEvent<T>, undefined> {
  readonly #queue: RingBuffer<BusEvent<T>>;
  readonly #waiting: ((result: IteratorResult<BusEvent<T>, undefined>) => void)[] = [];
  readonly #subscription: Subscription;
  readonly #signal: AbortSignal | undefined;
  readonly #observers: Observers;
  readonly #sensitivity: Sensitivity;
  readonly #keepsOldest: boolean;
  /** Losses since there was room. */
  #run = 0;
  #ended = false;

  /** @internal */
  constructor(subscriber: Subscriber, pattern: Pattern, options: StreamOptions) {
    const { capacity = 1_000, overflow = 'drop-oldest', signal } = options;
    this.#observers = subscriber.engine.observers;
    this.#sensitivity = subscriber.engine.sensitivity;
    this.#keepsOldest = overflow === 'drop-newest';
    this.#queue = new RingBuffer(capacity);
    this.#subscription = subscribe(subscriber, {
      pattern,
      handler: (_data: never, event: BusEvent<T>) =>
        this.#push(this.#sensitivity.shown(event) as BusEvent<T>),
      options: { key: false },
      kind: 'stream',
      onEnd: () => this.#end(),
    });
    this.#signal = signal;
    if (signal?.aborted === true) this.#stop();
    else if (!this.#ended) signal?.addEventListener('abort', this.#stop, { once: true });
  }

  /** How many events wait for the consumer. */
  get size(): number {
    return this.#queue.size;
  }

  /** How many events were lost because the queue was full. */
  get dropped(): number {
    return this.#subscription.dropped;
  }

  next(): Promise<IteratorResult<BusEvent<T>, undefined>> {
    const event = this.#queue.shift();
    if (event !== undefined) {
      this.#run = 0;
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#ended) return Promise.resolve(END);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the stream; what still waits in it is discarded. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#stop();
    return Promise.resolve(END);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #push(event: BusEvent<T>): void {
    const consumer = this.#waiting.shift();
    if (consumer !== undefined) return consumer({ done: false, value: event });
    const isFull = this.#queue.size === this.#queue.capacity;
    const lost = isFull && this.#keepsOldest ? event : this.#queue.push(event);
    if (lost === undefined) return;
    this.#subscription.dropped++;
    this.#run++;
    this.#observers.tell('overflowed', lost, this.#subscription, this.#run);
  }

  /** No more events come; what is in the queue can still be read. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#signal?.removeEventListener('abort', this.#stop);
    for (const consumer of this.#waiting.splice(0)) consumer(END);
  }

  readonly #stop = (): void => {
    this.#queue.clear();
    this.#subscription.unsubscribe();
    this.#end();
  };
}
