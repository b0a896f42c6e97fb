/** Flags of a process whose allocations are counted: room for a whole round, since a collection would hide some. */
export const ALLOCATION_FLAGS = ['--min-semi-space-size=128', '--max-semi-space-size=128'];

const WARM_UPS = 20;
const OPERATIONS = 100_000;

/** Answers a function that answers how many bytes an operation allocates, what it lets go of at once included. */
export async function allocationOf({ run, callsPerRun }, handlers) {
  for (let count = 0; count < WARM_UPS; count++) {
    const pending = run(OPERATIONS);
    if (pending !== undefined) await pending;
  }
  return async () => {
    globalThis.gc();
    const calls = handlers.calls;
    const before = process.memoryUsage().heapUsed;
    const pending = run(OPERATIONS);
    if (pending !== undefined) await pending;
    const allocated = process.memoryUsage().heapUsed - before;
    if (handlers.calls - calls !== OPERATIONS * callsPerRun)
      throw new Error('Handlers were not called as often as they should.');
    return allocated / OPERATIONS;
  };
}
