import { MiddlewareError } from './errors.js';
import { BusEvent } from './event.js';
import { quote } from './topic.js';

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

/** Runs an event through the middleware, in order. Null when one dropped it. @throws MiddlewareError */
export function transform(chain: readonly Middleware[], event: BusEvent): BusEvent | null {
  let current = event;
  for (const middleware of chain) {
    const result = call(middleware, current);
    if (result === null) return null;
    if (result !== current) current = merge(current, result);
  }
  return current;
}

function call(middleware: Middleware, event: BusEvent): BusEvent | EventChange | null {
  let result: unknown;
  try {
    result = middleware(event);
  } catch (cause) {
    throw new MiddlewareError(
      event.topic,
      `it threw ${quote(cause instanceof Error ? cause.message : cause)}.`,
      cause,
      { cause },
    );
  }
  if (result === null) return null;
  if (typeof result !== 'object') {
    throw new MiddlewareError(
      event.topic,
      `it returned ${quote(result)}; return the event, a changed copy of it, or null to drop it.`,
      result,
    );
  }
  if (typeof (result as { then?: unknown }).then === 'function') {
    Promise.resolve(result).catch(() => {}); // refused here: its outcome interests nobody any more
    throw new MiddlewareError(event.topic, 'it returned a promise; middleware must be synchronous.', result);
  }
  return result;
}

function merge(event: BusEvent, change: Partial<BusEvent>): BusEvent {
  for (const field of FIXED) {
    if (change[field] !== undefined && change[field] !== event[field]) {
      throw new MiddlewareError(
        event.topic,
        `it changed the event's ${field}, which is fixed.`,
        change[field],
      );
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
