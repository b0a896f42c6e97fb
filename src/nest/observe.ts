import { Observable, type Subscriber } from 'rxjs';
import type {
  BusEvent,
  DataFor,
  EventBus,
  EventStream,
  PatternArgument,
  StreamOptions,
  TopicHint,
} from '../core/index.js';

/**
 * The events that match as an Observable, for `@Sse()` and the like. Each subscriber has a bounded queue of its own, from
 * the moment it subscribes until it unsubscribes; of a burst that is longer it loses the oldest events (unless the options
 * say otherwise), and it delays nobody. It completes when the bus closes.
 *
 * An Observable can't be asked to wait: what comes after it and is slow, such as a client of `@Sse()` that doesn't read, has
 * to bound what it keeps itself. `bus.stream()` waits until it is asked for the next event.
 */
export function observe<Events, const P extends TopicHint<Events>>(
  bus: EventBus<Events>,
  pattern: PatternArgument<Events, P>,
  options?: StreamOptions,
): Observable<BusEvent<DataFor<Events, P>>> {
  return new Observable((subscriber) => {
    const stream = bus.stream<P>(pattern, options);
    void pump(stream, subscriber);
    // Not rxjs's `from(stream)`: that would end the stream only when the next event comes.
    return () => void stream.return();
  });
}

async function pump<T>(stream: EventStream<T>, subscriber: Subscriber<BusEvent<T>>): Promise<void> {
  for await (const event of stream) subscriber.next(event);
  subscriber.complete();
}
