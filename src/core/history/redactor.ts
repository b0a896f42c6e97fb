import type { EventMetadata } from '../event/event.js';

/**
 * Says what may be shown of events that are not sensitive, and of what was thrown on them. What holds nothing secret is answered
 * as it is, else a copy. None of it throws, or runs code of what it is given. `redactSecrets()` makes one.
 */
export interface Redactor {
  /** Whether nothing is shown of events of that topic but that they happened. */
  hides(topic: string): boolean;
  data(data: unknown): unknown;
  metadata(metadata: EventMetadata): EventMetadata;
  /** @param data what the code that threw had in hand, and may have quoted */
  error(error: unknown, data: unknown): unknown;
  /** What a schema says of the data, at that path. */
  issue(message: string, path: readonly string[], data: unknown): string;
}

export const REDACTOR_METHODS = ['hides', 'data', 'metadata', 'error', 'issue'] as const;
