import { nextEventId } from './event-id.js';

/** Free-form facts about an event that travel with it, such as a delivery id or a user's locale. */
export type EventMetadata = Readonly<Record<string, unknown>>;

const NO_METADATA: EventMetadata = Object.freeze({});

/** The wire form of an event: what `JSON.stringify` writes. */
export interface EventJson<T = unknown> {
  id: string;
  topic: string;
  data: T;
  timestamp: number;
  source?: string;
  scope?: string;
  correlationId: string;
  causationId?: string;
  metadata: EventMetadata;
}

/**
 * What happened: the envelope around the data. Every field that an event has is an own property, so a spread, `structuredClone`
 * and JSON keep it whole. The data is shared by reference: neither frozen nor cloned.
 */
export class BusEvent<T = unknown> {
  // Declared, not defined: they are written once, in the constructor, and not before with undefined.

  /** Unique; sorts by time of creation. */
  declare readonly id: string;
  declare readonly topic: string;
  declare readonly data: T;
  /** When it was emitted, in ms since 1970. */
  declare readonly timestamp: number;
  /** `Module/Class` of the owner that emitted it; undefined for an ownerless bus. */
  declare readonly source: string | undefined;
  /** The path of the scope in which it was emitted; undefined outside scopes. */
  declare readonly scope?: string | undefined;
  /** The id of the event with which the chain of causes began: its own when nothing caused it. */
  declare readonly correlationId: string;
  /** The id of the event that caused this one. */
  declare readonly causationId?: string | undefined;
  declare readonly metadata: EventMetadata;

  /** @internal Events are made by the bus. */
  constructor(
    id: string,
    topic: string,
    data: T,
    timestamp: number,
    source: string | undefined,
    scope: string | undefined,
    correlationId: string,
    causationId: string | undefined,
    metadata: EventMetadata,
  ) {
    this.id = id;
    this.topic = topic;
    this.data = data;
    this.timestamp = timestamp;
    this.source = source;
    this.correlationId = correlationId;
    this.metadata = metadata;
    if (scope !== undefined) this.scope = scope;
    if (causationId !== undefined) this.causationId = causationId;
  }

  /** The wire form. Absent fields are left out. */
  toJSON(): EventJson<T> {
    const { id, topic, data, timestamp, source, scope, correlationId, causationId, metadata } = this;
    return {
      id,
      topic,
      data,
      timestamp,
      ...(source !== undefined && { source }),
      ...(scope !== undefined && { scope }),
      correlationId,
      ...(causationId !== undefined && { causationId }),
      metadata,
    };
  }
}

/** Wraps data in a new envelope. @param timestamp ms since 1970 */
export function createEvent<T>(
  timestamp: number,
  topic: string,
  data: T,
  source: string | undefined,
  scope: string | undefined,
  causedBy: BusEvent | undefined,
  metadata: EventMetadata | undefined,
): BusEvent<T> {
  const id = nextEventId(timestamp);
  return new BusEvent(
    id,
    topic,
    data,
    timestamp,
    source,
    scope,
    causedBy === undefined ? id : causedBy.correlationId,
    causedBy?.id,
    metadata === undefined ? NO_METADATA : { ...metadata },
  );
}

/** Whether the event has nothing but its envelope. */
export function isOccurrence({ data, metadata }: BusEvent): boolean {
  return data === undefined && metadata === NO_METADATA;
}

/** That the event happened: the same envelope without data and metadata. */
export function occurrenceOf(event: BusEvent): BusEvent {
  const { id, topic, timestamp, source, scope, correlationId, causationId } = event;
  return new BusEvent(
    id,
    topic,
    undefined,
    timestamp,
    source,
    scope,
    correlationId,
    causationId,
    NO_METADATA,
  );
}

/** The same event with other data. */
export function withData<T>(event: BusEvent, data: T): BusEvent<T> {
  return withContents(event, data, event.metadata);
}

/** The same event with other data and metadata. */
export function withContents<T>(event: BusEvent, data: T, metadata: EventMetadata): BusEvent<T> {
  return new BusEvent(
    event.id,
    event.topic,
    data,
    event.timestamp,
    event.source,
    event.scope,
    event.correlationId,
    event.causationId,
    metadata,
  );
}

const FIRST_FEW = 8;
/**
 * V8 gives all objects of a class the room that the first few take: without scope and cause, 16 bytes less an event. And a field
 * that once was undefined holds a reference to a number, not a copy of its own: another 16. Kept, and exported so that V8 keeps them:
 * where no event is alive at a full garbage collection, it forgets all that, and the code that was compiled with it.
 *
 * @public to the check for unused code alone: nobody reads them
 */
export const FIRST_EVENTS: readonly BusEvent[] = Array.from(
  { length: FIRST_FEW },
  () => new BusEvent('', '', undefined, undefined as never, undefined, undefined, '', undefined, NO_METADATA),
);
