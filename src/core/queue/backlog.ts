import type { BusEvent } from '../event/event.js';
import { RingBuffer } from './ring-buffer.js';

/** The events that wait in a queue, oldest first, and which of them may be delivered now. Bounded by whoever fills it. */
export interface Backlog<Lane = unknown> {
  readonly size: number;
  /** @param key of the event's lane, where there are lanes */
  push(event: BusEvent, key: unknown): void;
  /** Whether one may be taken now. */
  ready(): boolean;
  /** Removes and returns the oldest that may be delivered now. To be called when one is {@link ready}. */
  take(): BusEvent;
  /** The lane of what was taken last, to be given to {@link release} when it is done. */
  readonly taken: Lane;
  release(lane: Lane): void;
  /** Removes and returns the oldest of all. */
  dropOldest(): BusEvent | undefined;
  clear(): void;
}

/** Without lanes: whatever is the oldest may be delivered. */
export class Line extends RingBuffer<BusEvent> implements Backlog<undefined> {
  readonly taken = undefined;

  ready(): boolean {
    return this.size > 0;
  }

  take(): BusEvent {
    return this.shift()!;
  }

  release(): void {
    // Nothing waits for what was taken.
  }

  dropOldest(): BusEvent | undefined {
    return this.shift();
  }
}
