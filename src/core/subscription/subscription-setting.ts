import type { DeliveryPolicy } from '../delivery/delivery-policy.js';
import type { FailedDelivery, PauseFigures } from '../delivery/failure-pause.js';
import type { BusEvent } from '../event/event.js';
import type { Pattern } from '../event/pattern.js';
import type { Owner } from '../owner.js';
import type { SubscriptionTraits } from './extras.js';
import type { Intake } from './intake.js';
import type { SubscriptionKind } from './subscription-figures.js';

/** Who subscribed, and on which bus: shared by all that are subscribed there. */
export interface Subscribed {
  readonly owner: Owner;
  /** For the handler's context. Typed where it is used: the bus stands above this file. */
  readonly bus: unknown;
  /** Of which bus it is a part. It stands above this file, too. */
  readonly engine: object;
  readonly scope: { readonly path: string | undefined };
}

/** Where a subscription is kept: shared by all to the same pattern in the same scope. */
export interface Keeper<Subscription> {
  readonly pattern: Pattern;
  /** Has it end. Answers whether it hadn't yet. */
  remove(subscription: Subscription): boolean;
}

/** What makes a subscription more than a pattern and a handler. */
export interface SubscriptionDetails<Subscription> {
  readonly kind?: SubscriptionKind | undefined;
  readonly traits?: SubscriptionTraits | undefined;
  /** What stands around the handler; undefined for nothing. */
  readonly policy?: DeliveryPolicy | undefined;
  /** What is told of its pauses by failures. */
  readonly pauses?: PauseReports<Subscription> | undefined;
  readonly onEnd?: (() => void) | undefined;
  /** Makes the queue of the subscription, if it has one. */
  readonly intake?: ((subscription: Subscription) => Intake) | undefined;
}

/** Who is told of pauses by failures. */
export interface PauseReports<Subscription> {
  paused(subscription: Subscription, figures: PauseFigures, last: FailedDelivery): void;
  resumed(subscription: Subscription, by: 'trial' | 'hand', event: BusEvent | undefined): void;
}
