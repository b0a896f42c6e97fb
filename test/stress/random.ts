/** Numbers from 0 to 1 that are the same in every run (mulberry32): what fails once fails again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers from 0 to `count` of which each is drawn with that chance. */
export function drawn(count: number, chance: number, seed: number): ReadonlySet<number> {
  const random = seededRandom(seed);
  return new Set(Array.from({ length: count }, (_, n) => n).filter(() => random() < chance));
}
