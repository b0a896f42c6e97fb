import { quote } from './event/topic.js';

/** An error as text, its stack included; never throws. */
export function describeError(error: unknown): string {
  try {
    return String(error instanceof Error ? (error.stack ?? error.message) : error);
  } catch {
    return "something that can't be shown";
  }
}

/** Stands in a message for what a sensitive event's code threw: that may say what it was given. */
export const WITHHELD = 'something that is not shown, since the event is sensitive';

/** An error's message, for use in another message; never throws. */
export function quoteError(error: unknown): string {
  try {
    return quote(error instanceof Error ? error.message : error);
  } catch {
    return quote(error);
  }
}
