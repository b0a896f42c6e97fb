import { InvalidArgumentError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { ignoreOutcome, isThenable } from '../thenable.js';

/** A predicate over events: of a subscription, or of a `waitFor`. */
export type Filter = (data: never, event: BusEvent<never>) => boolean;

/** Whether a filter lets an event through. @throws what the filter throws; InvalidArgumentError when it returns a promise */
export function passes(filter: Filter, event: BusEvent): boolean {
  const verdict: unknown = filter(event.data as never, event as BusEvent<never>);
  if (!isThenable(verdict)) return Boolean(verdict);
  void ignoreOutcome(verdict);
  throw new InvalidArgumentError(
    'filter',
    verdict,
    'A filter must be synchronous, but it returned a promise. Decide in the handler what has to be waited for.',
  );
}
