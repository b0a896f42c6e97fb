/** What is in use after garbage collection, in bytes. */
export async function heapUsed() {
  for (let turn = 0; turn < 3; turn++) {
    // Weak references let go at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

/** By how many bytes work has the heap grow, whose like has run before at a small scale, so that what is made once is there. */
export async function growthOf(work) {
  const before = await heapUsed();
  await work();
  return (await heapUsed()) - before;
}
