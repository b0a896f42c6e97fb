import type { RawHandler } from './raw-handler.js';
import type { Subscription } from './subscription.js';
import { SubscriptionIndex } from './subscription-index.js';

/**
 * Finds the subscriptions of a whole bus by what a caller has in hand: an id or a handler. Each of the two indexes is made when it is
 * first needed: most buses need neither, and each takes about 40 bytes for each subscription.
 */
export class Registry {
  #byId: Map<string, Subscription> | undefined;
  #byHandler: SubscriptionIndex<RawHandler> | undefined;
  #collected: FinalizationRegistry<Subscription> | undefined;
  #size = 0;

  /** @param all answers every live subscription */
  constructor(private readonly all: () => Iterable<Subscription>) {}

  get size(): number {
    return this.#size;
  }

  add(subscription: Subscription, handler: RawHandler): void {
    this.#size++;
    this.#byId?.set(subscription.id, subscription);
    this.#byHandler?.add(handler, subscription);
    if (subscription.weakHandler === undefined) return;
    this.#collected ??= new FinalizationRegistry((collected) => collected.unsubscribe());
    this.#collected.register(handler, subscription, subscription);
  }

  remove(subscription: Subscription): void {
    this.#size--;
    this.#byId?.delete(subscription.id);
    const { currentHandler } = subscription;
    if (currentHandler !== undefined) this.#byHandler?.remove(currentHandler, subscription);
    if (subscription.weakHandler !== undefined) this.#collected?.unregister(subscription);
  }

  byId(id: string): Subscription | undefined {
    if (this.#byId === undefined) {
      this.#byId = new Map();
      for (const subscription of this.all()) this.#byId.set(subscription.id, subscription);
    }
    return this.#byId.get(id);
  }

  ofHandler(handler: RawHandler): Iterable<Subscription> {
    if (this.#byHandler === undefined) {
      this.#byHandler = new SubscriptionIndex(new WeakMap());
      for (const subscription of this.all()) {
        const { currentHandler } = subscription;
        if (currentHandler !== undefined) this.#byHandler.add(currentHandler, subscription);
      }
    }
    return this.#byHandler.of(handler);
  }
}
