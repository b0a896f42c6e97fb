/** Until every promise chain has come to rest, and weak references may have let go. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is in use after garbage collection, in bytes. Needs `--expose-gc`. */
export async function heapUsed(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    await settled();
    globalThis.gc!();
  }
  return process.memoryUsage().heapUsed;
}
