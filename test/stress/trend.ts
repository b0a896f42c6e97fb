/**
 * By how much a series grows from one value to the next: the median over all pairs (Theil–Sen), which a value that is far
 * off, as after a compilation, doesn't move.
 */
export function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((value, at) =>
    values.slice(at + 1).map((later, distance) => (later - value) / (distance + 1)),
  );
  return medianOf(slopes);
}

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
