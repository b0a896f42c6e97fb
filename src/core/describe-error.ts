import { quote } from './topic.js';

/** An error as text, its stack included; never throws. */
export function describeError(error: unknown): string {
  try {
    return String(error instanceof Error ? (error.stack ?? error.message) : error);
  } catch {
    return "something that can't be shown";
  }
}

/** An error's message, for use in another message; never throws. */
export function quoteError(error: unknown): string {
  try {
    return quote(error instanceof Error ? error.message : error);
  } catch {
    return quote(error);
  }
}
