import type { Engine } from '../engine.js';
import { HandlerTimeoutError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { HandlerContext } from './handler-context.js';
import type { Subscription } from '../subscription/subscription.js';
import { busOf } from '../subscription/subscription.js';
import { isThenable } from '../thenable.js';

export type CalledHandler = (data: unknown, event: BusEvent, context?: HandlerContext) => unknown;

/** One event on its way to one handler around which there is a policy. */
export interface Delivery {
  readonly engine: Engine;
  readonly subscription: Subscription;
  readonly event: BusEvent;
  /** Kept for the whole of it, though the subscription may hold it weakly. */
  readonly handler: CalledHandler;
  /** How many attempts have begun. */
  attempts: number;
}

/** Calls the handler once, with a context of its own. Returns and throws what it does; past the timeout, the promise rejects. */
export function attempt(delivery: Delivery, timeout: number): unknown {
  const { engine, subscription, event, handler } = delivery;
  delivery.attempts++;
  if (!subscription.wantsContext) return inTime(delivery, timeout, handler(event.data, event), undefined);
  const signal = timeout === Infinity ? undefined : new AttemptSignal(engine.shutoff.signal);
  const context = new HandlerContext(
    event,
    subscription,
    signal ?? engine.shutoff,
    delivery.attempts,
    engine.nesting,
    busOf(subscription),
  );
  return inTime(delivery, timeout, handler(event.data, event, context), signal);
}

/** The signal of one attempt that has a timeout. Made when it is asked for, since few handlers do. */
class AttemptSignal {
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor({ aborted, reason }: AbortSignal) {
    if (aborted) this.abort(reason);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

function inTime(
  delivery: Delivery,
  timeout: number,
  result: unknown,
  signal: AttemptSignal | undefined,
): unknown {
  if (timeout === Infinity || !isThenable(result)) return result;
  const { engine, subscription, event } = delivery;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new HandlerTimeoutError(subscription.label, event.topic, timeout);
      end();
      reject(error);
      signal?.abort(error);
    }, timeout);
    // A bus that has closed tells nobody of a timeout any more, and no timer of it keeps the process alive.
    const onShutoff = (reason: unknown): void => {
      clearTimeout(timer);
      signal?.abort(reason);
    };
    const end = (): void => {
      clearTimeout(timer);
      engine.shutoff.delete(onShutoff);
    };
    engine.shutoff.add(onShutoff);
    // Once the time is up, the outcome changes nothing any more; a rejection is not unhandled either.
    void settle(result, resolve, reject).then(end);
  });
}

/** `await` takes a promise's outcome without calling a `then` that somebody may have put on it, and each thenable's once. */
async function settle(
  pending: PromiseLike<unknown>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): Promise<void> {
  try {
    resolve(await pending);
  } catch (error) {
    reject(error);
  }
}
