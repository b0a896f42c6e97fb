import type { Owner } from '../owner.js';
import type { Router } from './router.js';
import type { RawHandler, Subscription } from './subscription.js';
import { ownerOf } from './subscription.js';

/** Finds the subscriptions of a whole bus by what a caller has in hand: an id or a handler. */
export class Registry {
  readonly #byId = new Map<string, Subscription>();
  /**
   * Most handlers have one subscription; a Set stands for several. A function that comes and goes keeps its (empty)
   * entry for as long as it lives: a Map from which one key is deleted over and over gets slower with its size.
   */
  readonly #byHandler = new WeakMap<RawHandler, Subscription | Set<Subscription> | undefined>();
  readonly #collected = new FinalizationRegistry<Subscription>((subscription) => subscription.unsubscribe());

  get size(): number {
    return this.#byId.size;
  }

  add(subscription: Subscription, handler: RawHandler): void {
    this.#byId.set(subscription.id, subscription);
    const known = this.#byHandler.get(handler);
    if (known === undefined) this.#byHandler.set(handler, subscription);
    else if (known instanceof Set) known.add(subscription);
    else this.#byHandler.set(handler, new Set([known, subscription]));
    if (subscription.traits.weak === true) this.#collected.register(handler, subscription, subscription);
  }

  remove(subscription: Subscription): void {
    this.#byId.delete(subscription.id);
    const handler = subscription.handler ?? subscription.weakHandler?.deref();
    const known = handler && this.#byHandler.get(handler);
    if (known instanceof Set) known.delete(subscription);
    else if (handler !== undefined) this.#byHandler.set(handler, undefined);
    if (subscription.traits.weak === true) this.#collected.unregister(subscription);
  }

  has(subscription: Subscription): boolean {
    return this.#byId.get(subscription.id) === subscription;
  }

  byId(id: string): Subscription | undefined {
    return this.#byId.get(id);
  }

  ofHandler(handler: RawHandler): ReadonlySet<Subscription> {
    const known = this.#byHandler.get(handler);
    return known instanceof Set ? known : new Set(known === undefined ? [] : [known]);
  }

  /**
   * The subscription that a new one would repeat: of the same owner, to the same pattern in the same scope, with the same
   * key or, where neither has one, the same handler. Searches whichever is shorter, the handler's list or the pattern's.
   */
  findTwin(
    owner: Owner,
    router: Router,
    pattern: string,
    handler: RawHandler,
    key: string | undefined,
  ): Subscription | undefined {
    const ofPattern = router.subscribersTo(pattern);
    const ofHandler = this.ofHandler(handler);
    const shorter = key === undefined && ofHandler.size < ofPattern.size ? ofHandler : ofPattern;
    for (const one of shorter) {
      const isSame =
        key === undefined ? one.traits.key === undefined && one.calls(handler) : one.traits.key === key;
      if (isSame && ownerOf(one) === owner && one.pattern === pattern && ofPattern.has(one)) return one;
    }
    return undefined;
  }
}
