import { HeldOverflowError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import type { Scope } from '../subscription/scope.js';

/** An event with the scope in which it was emitted. */
export interface ScopedEvent {
  readonly event: BusEvent;
  readonly scope: Scope;
}

/** The events emitted before the application has started, in order, for handlers that are subscribed or allowed to run later. */
export class HeldEvents {
  readonly #events: ScopedEvent[] = [];

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#events.length;
  }

  /** @param coming how many others are to come before it @throws HeldOverflowError */
  assertRoom(topic: string, coming = 0): void {
    if (this.#events.length + coming >= this.capacity) throw new HeldOverflowError(this.capacity, topic);
  }

  add(event: BusEvent, scope: Scope): void {
    this.#events.push({ event, scope });
  }

  /** In order; events that are added meanwhile are included. */
  [Symbol.iterator](): ArrayIterator<ScopedEvent> {
    return this.#events.values();
  }
}
