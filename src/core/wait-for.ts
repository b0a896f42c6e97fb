import { BusClosedError, WaitTimeoutError } from './errors.js';
import type { BusEvent } from './event.js';
import { passes } from './filter.js';
import type { WaitOptions } from './options.js';
import type { Pattern } from './pattern.js';
import type { Subscriber } from './subscribe.js';
import { lastOf, subscribe } from './subscribe.js';

/**
 * Resolves with the next event that matches (or, with `past`, the last one that did). A rejection that nobody handles,
 * such as the time-out of a wait that was given up, doesn't crash the process.
 */
export function waitFor(
  subscriber: Subscriber,
  pattern: Pattern,
  options: WaitOptions<never>,
): Promise<BusEvent> {
  const promise = new Promise<BusEvent>((resolve, reject) =>
    wait(subscriber, pattern, options, resolve, reject),
  );
  promise.catch(() => {});
  return promise;
}

function wait(
  subscriber: Subscriber,
  pattern: Pattern,
  { timeout = 30_000, filter, signal, past = false }: WaitOptions<never>,
  resolve: (event: BusEvent) => void,
  reject: (reason: unknown) => void,
): void {
  signal?.throwIfAborted();
  const accepts = (event: BusEvent): boolean => filter === undefined || passes(filter, event);
  const before = past ? lastOf(subscriber, pattern, accepts) : undefined;
  if (before !== undefined) return resolve(before);

  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => settle(() => reject(signal?.reason));
  const onEvent = (_data: never, event: BusEvent): void => {
    try {
      if (accepts(event)) settle(() => resolve(event));
    } catch (error) {
      settle(() => reject(error));
    }
  };
  const subscription = subscribe(subscriber, {
    pattern,
    handler: onEvent,
    options: { key: false },
    kind: 'waitFor',
    onEnd: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // Once the promise is settled this changes nothing.
      reject(new BusClosedError(`"${pattern.source}" was waited for, and can't come any more here`));
    },
  });
  const settle = (outcome: () => void): void => {
    outcome();
    subscription.unsubscribe();
  };
  if (!subscription.active) return;
  signal?.addEventListener('abort', onAbort, { once: true });
  if (timeout !== Infinity) {
    timer = setTimeout(
      () => settle(() => reject(new WaitTimeoutError(pattern.source, timeout, past))),
      timeout,
    );
  }
}
