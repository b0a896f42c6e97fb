/** Flags of a process whose allocations are counted: room for a whole round, since a collection would hide some. */
export const ALLOCATION_FLAGS = ['--min-semi-space-size=128', '--max-semi-space-size=128'];

const OPERATIONS = 100_000;
const WARM_UPS = 20;
/** What a round may allocate, in bytes: as much as certainly fits. */
const ROOM = 64 * 2 ** 20;
/** Operations after which what is allocated at first, by code that is still interpreted, says how many fit. */
const TRIAL = 1_000;

/** Answers a function that answers how many bytes an operation allocates, what it lets go of at once included. */
export async function allocationOf({ run, callsPerRun }, handlers) {
  const operations = Math.min(OPERATIONS, Math.ceil(ROOM / Math.max(1, await allocatedBy(TRIAL))));
  for (let count = 0; count < WARM_UPS; count++) await run(operations);
  return () => {
    globalThis.gc();
    return allocatedBy(operations);
  };

  async function allocatedBy(count) {
    const calls = handlers.calls;
    const before = process.memoryUsage().heapUsed;
    const pending = run(count);
    if (pending !== undefined) await pending;
    const allocated = process.memoryUsage().heapUsed - before;
    if (handlers.calls - calls !== count * callsPerRun)
      throw new Error('Handlers were not called as often as they should.');
    return allocated / count;
  }
}
