/** What happens at a delivery: a handler is called, a stream's queue is filled, or a `waitFor` is answered. */
export type SubscriptionKind = 'handler' | 'stream' | 'waitFor';

/** What stands in a queue, and what is taken out of it, now. */
export interface QueueFigures {
  /** How many events fit in. */
  readonly capacity: number;
  /** Events that wait, those included that wait for room. */
  readonly waiting: number;
  /** Those of them whose `emitAsync` waits for room. */
  readonly blocked: number;
  /** Deliveries that have begun and not ended. Always 0 for a stream, whose consumer works on its own. */
  readonly running: number;
}

/** A subscription as plain data. */
export interface SubscriptionFigures {
  readonly id: string;
  readonly pattern: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  /** `Module/Class` of its owner; undefined for nobody. */
  readonly source: string | undefined;
  readonly kind: SubscriptionKind;
  readonly priority: number;
  readonly paused: boolean;
  /** Why it is paused: somebody called `pause`, or its handler kept failing (see the option `pause`). */
  readonly pausedBy: 'hand' | 'failures' | undefined;
  /** How many deliveries in a row have failed; undefined without the option `pause`, since nobody counts. */
  readonly failuresInARow: number | undefined;
  /** Events handed over, skipped (paused or filtered) and failed, since it was made. */
  readonly delivered: number;
  readonly skipped: number;
  readonly failed: number;
  /** Events that its queue lost: it was full, or the subscription ended while they waited. */
  readonly dropped: number;
  /** Events that its full queue refused. */
  readonly refused: number;
  /** Undefined without a queue. With one, events that came = delivered + dropped + refused + skipped + `queue.waiting`. */
  readonly queue: QueueFigures | undefined;
}
