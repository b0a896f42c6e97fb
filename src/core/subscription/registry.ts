import type { Owner } from '../owner.js';
import type { Place } from './place.js';
import type { RawHandler } from './raw-handler.js';
import type { Subscription } from './subscription.js';
import { keeperOf, ownerOf } from './subscription.js';

type ByHandler = WeakMap<RawHandler, Subscription | Set<Subscription> | undefined>;

/**
 * Finds the subscriptions of a whole bus by what a caller has in hand: an id or a handler. Each of the two indexes is made when it is
 * first needed: most buses need neither, and each takes about 40 bytes for each subscription.
 */
export class Registry {
  #byId: Map<string, Subscription> | undefined;
  #byHandler: ByHandler | undefined;
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
    if (this.#byHandler !== undefined) index(this.#byHandler, handler, subscription);
    if (subscription.weakHandler === undefined) return;
    this.#collected ??= new FinalizationRegistry((collected) => collected.unsubscribe());
    this.#collected.register(handler, subscription, subscription);
  }

  remove(subscription: Subscription): void {
    this.#size--;
    this.#byId?.delete(subscription.id);
    if (subscription.weakHandler !== undefined) this.#collected?.unregister(subscription);
    const handler = handlerOf(subscription);
    const known = handler && this.#byHandler?.get(handler);
    if (known instanceof Set) known.delete(subscription);
    // A Map from which one key is deleted over and over gets slower with its size. This one holds its keys weakly.
    else if (known === subscription) this.#byHandler!.set(handler!, undefined);
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
      this.#byHandler = new WeakMap();
      for (const subscription of this.all()) {
        const its = handlerOf(subscription);
        if (its !== undefined) index(this.#byHandler, its, subscription);
      }
    }
    const known = this.#byHandler.get(handler);
    return known instanceof Set ? known : known === undefined ? [] : [known];
  }

  /**
   * The subscription that a new one would repeat: of the same owner, to the same pattern in the same scope, with the same
   * key or, where neither has one, the same handler.
   */
  findTwin(
    owner: Owner,
    place: Place,
    handler: RawHandler,
    key: string | undefined,
  ): Subscription | undefined {
    const among = place.isCrowded && key === undefined ? this.ofHandler(handler) : place.subscriptions;
    for (const one of among) {
      const isSame =
        key === undefined ? one.calls(handler) && one.traits.key === undefined : one.traits.key === key;
      if (isSame && ownerOf(one) === owner && keeperOf(one) === place) return one;
    }
    return undefined;
  }
}

function handlerOf(subscription: Subscription): RawHandler | undefined {
  return subscription.handler ?? subscription.weakHandler?.deref();
}

function index(byHandler: ByHandler, handler: RawHandler, subscription: Subscription): void {
  const known = byHandler.get(handler);
  if (known === undefined) byHandler.set(handler, subscription);
  else if (known instanceof Set) known.add(subscription);
  else byHandler.set(handler, new Set([known, subscription]));
}
