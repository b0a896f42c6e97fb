import type { RootEventBus } from '../core/index.js';
import {
  Delivery,
  type EmittedEvent,
  recordDrop,
  type RecordedEvent,
  recordRefusal,
} from './recorded-event.js';

/** What a bus has told since the recording began. */
export class Recording {
  #records: RecordedEvent[] = [];
  /** By the id of the event. */
  #deliveries = new Map<string, Delivery>();
  #remove: (() => void) | undefined;

  /** @param onEmitted told of each event once it is recorded, before its handlers are called */
  constructor(bus: Pick<RootEventBus, 'observe'>, onEmitted: (event: EmittedEvent) => void) {
    this.#remove = bus.observe({
      emitted: (event) => {
        const delivery = new Delivery(event);
        this.#deliveries.set(event.id, delivery);
        this.#records.push(delivery.recorded);
        onEmitted(delivery.recorded);
      },
      pending: (event, subscription) => this.#deliveries.get(event.id)?.pending(subscription),
      delivered: (event, subscription) => this.#deliveries.get(event.id)?.returned(subscription),
      failed: (failure) => this.#deliveries.get(failure.event.id)?.failed(failure),
      skipped: (event, subscription, reason) => this.#deliveries.get(event.id)?.skipped(subscription, reason),
      overflowed: (event, subscription, _run, fate) =>
        this.#deliveries.get(event.id)?.lost(subscription, fate),
      dropped: (event, reason) => void this.#records.push(recordDrop(event, reason)),
      refused: (refusal) => void this.#records.push(recordRefusal(refusal)),
    });
  }

  get records(): readonly RecordedEvent[] {
    return this.#records;
  }

  get emitted(): readonly EmittedEvent[] {
    return this.#records.filter((recorded): recorded is EmittedEvent => recorded.outcome === 'emitted');
  }

  get stopped(): boolean {
    return this.#remove === undefined;
  }

  /** Forgets everything; what handlers of forgotten events do is not recorded any more. */
  clear(): void {
    this.#records = [];
    this.#deliveries = new Map();
  }

  stop(): void {
    this.#remove?.();
    this.#remove = undefined;
  }
}
