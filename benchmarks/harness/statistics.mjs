/** The value that as many are above as below. */
export function median(values) {
  return quantile(values, 0.5);
}

/** Median and quartiles. */
export function summary(values) {
  return {
    median: median(values),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    rounds: values.length,
  };
}

/** With linear interpolation between the two nearest. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * How two sets of values compare: their ratio within each round, as median and quartiles. Undefined where the reference is nothing, or
 * less, in a round: it was a difference, and too small to be told from noise.
 */
export function ratio(values, reference) {
  if (reference.some((value) => value <= 0)) return undefined;
  return summary(values.map((value, round) => value / reference[round]));
}
