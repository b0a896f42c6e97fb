import { compilePattern, type Pattern } from '../../src/core/event/pattern.js';
import type { Owner } from '../../src/core/owner.js';
import { NOBODY } from '../../src/core/owner.js';
import type { SubscriptionTraits } from '../../src/core/subscription/extras.js';
import type { RawHandler } from '../../src/core/subscription/raw-handler.js';
import type { Router } from '../../src/core/subscription/router.js';
import { Subscription } from '../../src/core/subscription/subscription.js';

export interface Subscribing {
  readonly traits?: SubscriptionTraits;
  readonly handler?: RawHandler;
  readonly owner?: Owner;
}

/** Subscribes straight to a router, as no application can. */
export function subscribeTo(
  router: Router,
  pattern: string | Pattern,
  { traits, handler = () => undefined, owner = NOBODY }: Subscribing = {},
): Subscription {
  const place = router.place(typeof pattern === 'string' ? compilePattern(pattern) : pattern);
  const subscribed = { owner, bus: undefined, engine: {}, scope: { path: undefined } };
  const subscription = new Subscription(subscribed, place, handler, traits && { traits });
  router.add(place, subscription);
  return subscription;
}
