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
  /** How many times the handler was called; 0 when it was the filter that failed. */
  readonly attempts: number;
  /** The id of the dead letter that keeps it, for `deadLetters.redeliver`; undefined when none does. */
  readonly deadLetter: string | undefined;
}
