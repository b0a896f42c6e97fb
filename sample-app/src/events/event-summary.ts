import type { BusEvent } from 'nestjs-event-bus';

/** An event as `GET /history` and `GET /events` show it: everything but the payload, which can be megabytes. */
export interface EventSummary {
  readonly id: string;
  readonly topic: string;
  readonly at: string;
  readonly source: string | undefined;
  readonly deliveryId: unknown;
}

export function summarize({ id, topic, timestamp, source, metadata }: BusEvent): EventSummary {
  return { id, topic, at: new Date(timestamp).toISOString(), source, deliveryId: metadata['deliveryId'] };
}
