import { HoldEndedError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import type { ScopedEvent } from '../lifecycle/held-events.js';
import type { Scope } from '../subscription/scope.js';

/** The events emitted inside the work of one `hold`. They leave it together when the work resolves, or never. */
export class Hold {
  #events: ScopedEvent[] | undefined = [];

  get size(): number {
    return this.#events?.length ?? 0;
  }

  /** @throws HoldEndedError */
  assertOpen(topic: string): void {
    if (this.#events === undefined) throw new HoldEndedError(topic);
  }

  /** @throws HoldEndedError */
  add(event: BusEvent, scope: Scope): void {
    this.assertOpen(event.topic);
    this.#events?.push({ event, scope });
  }

  /** Ends it, and answers what was emitted, in order. */
  end(): readonly ScopedEvent[] {
    const events = this.#events ?? [];
    this.#events = undefined;
    return events;
  }
}
