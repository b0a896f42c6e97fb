/** The topic on which it is announced that a handler which kept failing was paused. */
export const SUBSCRIPTION_PAUSED = 'system:subscription_paused';

/** The topic on which the end of such a pause is announced. */
export const SUBSCRIPTION_RESUMED = 'system:subscription_resumed';

/** The data of {@link SUBSCRIPTION_PAUSED}. */
export interface SubscriptionPaused {
  readonly subscriptionId: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly pattern: string;
  /** How many deliveries in a row have failed. */
  readonly failures: number;
  /** After so many ms one delivery is let through, on trial; Infinity: only `resume()` ends the pause. */
  readonly resumeAfter: number;
  /** The last of them: the event whose delivery failed. */
  readonly eventId: string;
  readonly topic: string;
  /** What it threw. */
  readonly error: unknown;
}

/** The data of {@link SUBSCRIPTION_RESUMED}. */
export interface SubscriptionResumed {
  readonly subscriptionId: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly pattern: string;
  /** A delivery on trial succeeded, or somebody called `resume()`. */
  readonly by: 'trial' | 'hand';
}
