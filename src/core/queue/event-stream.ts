import type { BusEvent } from '../event/event.js';
import type { StreamOptions } from '../options.js';
import type { Pattern } from '../event/pattern.js';
import type { StreamSource } from './stream-source.js';
import { END, openSource } from './stream-source.js';
import type { Subscriber } from '../subscription/subscribe.js';

/**
 * The events that match, for a `for await` loop, through a bounded queue: a slow consumer delays nobody and loses
 * events instead, which are counted. It listens from the call on; leave the loop or call `return()` to end it. One that
 * nobody refers to any more ends when it is collected.
 */
export class EventStream<T = unknown> implements AsyncIterableIterator<BusEvent<T>, undefined> {
  readonly #source: StreamSource;

  /** @internal */
  constructor(subscriber: Subscriber, pattern: Pattern, options: StreamOptions) {
    this.#source = openSource(subscriber, pattern, options);
    this.#source.endWith(this);
  }

  /** How many events wait for the consumer. */
  get size(): number {
    return this.#source.size;
  }

  /** How many events were lost: the queue was full, or the stream ended while they waited. */
  get dropped(): number {
    return this.#source.dropped;
  }

  next(): Promise<IteratorResult<BusEvent<T>, undefined>> {
    return this.#source.next() as Promise<IteratorResult<BusEvent<T>, undefined>>;
  }

  /** Ends the stream; what still waits in it is discarded. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#source.stop();
    return Promise.resolve(END);
  }

  /** Ends the stream as {@link return} does, and rejects with that error: what `yield*` does with an error of its consumer. */
  throw(error: unknown): Promise<IteratorReturnResult<undefined>> {
    this.#source.stop();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
