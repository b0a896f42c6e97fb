import type { BusEvent, HandlerFailure, Observer, Subscription, SubscriptionFigures } from 'nestjs-event-bus';

/** What became of one delivery, as the bus tells it. */
export interface Outcome {
  /** Events emitted for it; exactly one, if all is well. */
  emitted: number;
  handled: number;
  failed: number;
  /** Handlers whose filter refused it. */
  filtered: number;
  /** ms from the emit until its last handler was done. */
  duration: number;
}

/** How often one handler had to do with the deliveries. */
export interface HandlerTally {
  readonly name: string;
  readonly pattern: string;
  handled: number;
  failed: number;
  filtered: number;
}

/** An observer of the bus that keeps count for known deliveries and known handlers, and for nothing else. */
export class DeliveryTally implements Observer {
  private readonly outcomes: ReadonlyMap<string, Outcome>;
  private readonly handlerTallies: ReadonlyMap<string, HandlerTally>;
  private readonly emittedAt = new Map<string, number>();

  constructor(deliveryIds: readonly string[], subscriptions: readonly SubscriptionFigures[]) {
    this.outcomes = new Map(
      deliveryIds.map((id) => [id, { emitted: 0, handled: 0, failed: 0, filtered: 0, duration: 0 }]),
    );
    this.handlerTallies = new Map(
      subscriptions
        .filter(({ kind, pattern }) => kind === 'handler' && pattern.startsWith('github:'))
        .map(({ id, handler, pattern }) => [
          id,
          { name: handler, pattern, handled: 0, failed: 0, filtered: 0 },
        ]),
    );
  }

  outcomeOf(deliveryId: string): Outcome {
    return this.outcomes.get(deliveryId)!;
  }

  handlers(): HandlerTally[] {
    return [...this.handlerTallies.values()];
  }

  emitted(event: BusEvent): void {
    const outcome = this.outcomeFor(event);
    if (outcome === undefined) return;
    outcome.emitted++;
    this.emittedAt.set(event.id, performance.now());
  }

  delivered(event: BusEvent, subscription: Subscription): void {
    this.count('handled', event, subscription);
  }

  failed({ event, subscription }: HandlerFailure): void {
    this.count('failed', event, subscription);
  }

  skipped(event: BusEvent, subscription: Subscription, reason: 'filter' | 'paused'): void {
    if (reason === 'filter') this.count('filtered', event, subscription);
  }

  private count(what: 'handled' | 'failed' | 'filtered', event: BusEvent, { id }: Subscription): void {
    const outcome = this.outcomeFor(event);
    const handler = this.handlerTallies.get(id);
    if (outcome === undefined || handler === undefined) return;
    outcome[what]++;
    outcome.duration = performance.now() - this.emittedAt.get(event.id)!;
    handler[what]++;
  }

  private outcomeFor({ metadata }: BusEvent): Outcome | undefined {
    return this.outcomes.get(String(metadata['deliveryId']));
  }
}
