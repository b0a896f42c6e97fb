import type { BusEvent } from '../core/index.js';

/**
 * What Nest's `REQUEST` injects into request-scoped providers that are made to handle an event: one for each call of a
 * handler. A `ContextIdStrategy` gets it as its request, and may read `headers` as it does with HTTP.
 */
export class EventRequest<T = unknown> {
  /** The event's data, as the handler gets it before any pipe. */
  readonly data: T;
  /** The event's `metadata.headers` if that is an object, else an empty one. */
  readonly headers: Readonly<Record<string, unknown>>;

  constructor(
    /** The event that is being handled. */
    readonly event: BusEvent<T>,
  ) {
    this.data = event.data;
    this.headers = headersOf(event);
  }
}

function headersOf({ metadata }: BusEvent): Readonly<Record<string, unknown>> {
  const { headers } = metadata;
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>) : {};
}
