/** The topic on which a failed delivery is announced. */
export const HANDLER_FAILED = 'system:handler_failed';

/** The data of {@link HANDLER_FAILED}. */
export interface HandlerFailed {
  /** The id of the event whose delivery failed. */
  readonly eventId: string;
  readonly topic: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly subscriptionId: string;
  readonly error: unknown;
}
