import { isSame } from '../subscription/router.js';
import type { Subscription } from '../subscription/subscription.js';

/** Who has had an event, so that the same handler doesn't get it once more by another pattern. */
export class Served {
  readonly #byIdentity = new Map<unknown, Subscription[]>();

  add(subscription: Subscription): void {
    const { identity } = subscription;
    if (identity === undefined) return;
    const others = this.#byIdentity.get(identity);
    if (others === undefined) this.#byIdentity.set(identity, [subscription]);
    else others.push(subscription);
  }

  has(subscription: Subscription): boolean {
    return this.#byIdentity.get(subscription.identity)?.some((other) => isSame(subscription, other)) === true;
  }
}
