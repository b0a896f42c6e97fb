import { MiddlewareError } from '../errors.js';
import { BusEvent } from '../event/event.js';
import type { Sensitivity } from '../history/sensitivity.js';
import { ignoreOutcome, isThenable } from '../thenable.js';
import { quote } from '../event/topic.js';

/** The parts of an event that a middleware can change. */
export type EventChange = Partial<
  Pick<BusEvent, 'data' | 'metadata' | 'timestamp' | 'correlationId' | 'causationId'>
>;

/**
 * Sees every event before anybody else does. Returns the event as it came, a changed copy (what it leaves out comes
 * from the original; id, topic, source and scope can't change), or null to drop it. Synchronous.
 */
export type Middleware = (event: BusEvent) => BusEvent | EventChange | null;

const FIXED = ['id', 'topic', 'source', 'scope'] as const;

/** Why what a middleware returned will not do. */
interface Fault {
  readonly reason: string;
  readonly value: unknown;
}

/** Runs an event through the middleware, in order. Null when one dropped it. @throws MiddlewareError */
export function transform(
  chain: readonly Middleware[],
  event: BusEvent,
  sensitivity: Sensitivity,
): BusEvent | null {
  let current = event;
  // By index: an iterator is 40 bytes an emit.
  for (let at = 0; at < chain.length; at++) {
    const result = apply(chain[at]!, current, sensitivity);
    if (result === null) return null;
    current = result;
  }
  return current;
}

function apply(middleware: Middleware, event: BusEvent, sensitivity: Sensitivity): BusEvent | null {
  let outcome: BusEvent | Fault | null;
  try {
    const result: unknown = middleware(event);
    outcome = result === null ? null : result === event ? event : merge(event, result);
  } catch (cause) {
    const what = sensitivity.quoteError(cause, event);
    throw new MiddlewareError(event.topic, `it threw ${what}.`, cause, { cause });
  }
  if (outcome === null || outcome instanceof BusEvent) return outcome;
  throw new MiddlewareError(event.topic, outcome.reason, outcome.value);
}

function merge(event: BusEvent, result: unknown): BusEvent | Fault {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    const reason = `it returned ${quote(result)}; return the event, a changed copy of it, or null to drop it.`;
    return { reason, value: result };
  }
  if (isThenable(result)) {
    void ignoreOutcome(result);
    return { reason: 'it returned a promise; middleware must be synchronous.', value: result };
  }
  const change = result as Partial<BusEvent>;
  for (const field of FIXED) {
    if (change[field] !== undefined && change[field] !== event[field]) {
      return { reason: `it changed the event's ${field}, which is fixed.`, value: change[field] };
    }
  }
  return new BusEvent(
    event.id,
    event.topic,
    'data' in change ? change.data : event.data,
    change.timestamp ?? event.timestamp,
    event.source,
    event.scope,
    change.correlationId ?? event.correlationId,
    change.causationId ?? event.causationId,
    change.metadata ?? event.metadata,
  );
}
