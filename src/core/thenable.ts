/** Not `instanceof Promise`: that misses promises of other realms and libraries. The getter of `then` may throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

/** For a promise that came where none can be waited for: its rejection must not end the process. */
export async function ignoreOutcome(pending: PromiseLike<unknown>): Promise<void> {
  try {
    await pending;
  } catch {
    // Whoever got the promise has told what was wrong with it.
  }
}
