import { BusClosedError, WaitTimeoutError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { passes } from './filter.js';
import type { BusWarning } from '../observer.js';
import type { WaitOptions } from '../options.js';
import type { Pattern } from '../event/pattern.js';
import type { Subscriber } from './subscribe.js';
import { lastOf, subscribe } from './subscribe.js';
import { whenAborted } from '../when-aborted.js';

/** After so many ms, a wait for something that can't come yet is warned of. */
const WARN_AFTER = 2_000;

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

  const { engine } = subscriber;
  const explain = (): string | undefined => engine.explainWait?.(pattern.source);
  let timer: NodeJS.Timeout | undefined;
  let warning: NodeJS.Timeout | undefined;
  let forgetSignal: (() => void) | undefined;
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
      clearTimeout(warning);
      forgetSignal?.();
      // Once the promise is settled this changes nothing.
      reject(new BusClosedError(`"${pattern.source}" was waited for, and can't come any more here`));
    },
  });
  const settle = (outcome: () => void): void => {
    outcome();
    subscription.unsubscribe();
  };
  if (!subscription.active) return;
  if (signal !== undefined) forgetSignal = whenAborted(signal, () => settle(() => reject(signal.reason)));
  if (explain() !== undefined) {
    warning = setTimeout(() => {
      const reason = explain();
      if (reason !== undefined) engine.warn(waitsInVain(pattern, reason));
    }, WARN_AFTER);
  }
  if (timeout !== Infinity) {
    timer = setTimeout(
      () => settle(() => reject(new WaitTimeoutError(pattern.source, timeout, past, explain()))),
      timeout,
    );
  }
}

function waitsInVain(pattern: Pattern, reason: string): BusWarning {
  return {
    code: 'EVENT_BUS_WAITS_TOO_EARLY',
    message: `"${pattern.source}" has been waited for since ${WARN_AFTER} ms. ${reason}`,
  };
}
