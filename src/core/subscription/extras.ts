import type { DeliveryPolicy } from '../delivery/delivery-policy.js';
import type { FailurePause } from '../delivery/failure-pause.js';
import type { BusEvent } from '../event/event.js';
import type { Intake } from './intake.js';
import type { RawHandler } from './raw-handler.js';
import type { SubscriptionKind } from './subscription-figures.js';

/** The options that a subscription keeps; those of `on` are checked and typed in front. */
export interface SubscriptionTraits {
  readonly key?: string | false | undefined;
  readonly filter?: ((data: never, event: BusEvent<never>) => boolean) | undefined;
  readonly priority?: number | undefined;
  readonly once?: boolean | undefined;
  readonly weak?: boolean | undefined;
}

/** Those of a subscription without options. */
export const NO_TRAITS: SubscriptionTraits = Object.freeze({});

/**
 * What few subscriptions have: options, a queue, failures, losses. An object of its own, made when there is something to be kept, since
 * as fields of every subscription it would make that two and a half times as large (80 bytes now).
 */
export class Extras {
  /** Once a weak one's handler is gone, its name is still to be told. */
  name: string | undefined = undefined;
  weakHandler: WeakRef<RawHandler> | undefined = undefined;
  intake: Intake | undefined = undefined;
  failurePause: FailurePause | undefined = undefined;
  ends: Set<() => void> | undefined = undefined;
  failed = 0;
  skipped = 0;
  dropped = 0;
  refused = 0;

  constructor(
    readonly kind: SubscriptionKind = 'handler',
    readonly traits: SubscriptionTraits = NO_TRAITS,
    /** What stands around the handler; undefined for nothing. */
    readonly policy?: DeliveryPolicy,
    readonly onEnd?: () => void,
  ) {}
}
