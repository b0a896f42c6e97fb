import { median } from '../harness/statistics.mjs';

/** Whom the guard compares with. */
export const PEERS = ['plain-loop', 'eventemitter2'];
/** What it guards: bare, with everything on, and as a user has it. */
export const OWN = ['bus-bare', 'bus-full', 'bus-nest'];

/**
 * What the guard holds on to of a run: `ratios` (`emit-1: bus-bare / plain-loop`) and `bytes` an emit (`allocation: bus-bare`).
 *
 * Of each contender's rounds the least counts, since noise only ever adds; of bytes, of which a collection takes away, the median. Where others make the machine busy, that varies half as
 * much from run to run as the median of the ratios within the rounds; it just isn't what a typical round is like, and reports tell that.
 */
export function figuresOf({ results }) {
  const ratios = {};
  const bytes = {};
  for (const { name, unit, values } of results) {
    for (const own of OWN) {
      const least = Math.min(...values[own]);
      if (unit === 'bytes') bytes[`${name}: ${own}`] = Math.round(median(values[own]));
      else
        for (const peer of PEERS)
          ratios[`${name}: ${own} / ${peer}`] = short(least / Math.min(...values[peer]));
    }
  }
  return { ratios, bytes };
}

/** Of several measurements of the same, one value for each figure. @param choose answers it, given all values of the figure */
export function combined(measurements, choose) {
  const [first] = measurements;
  const figures = (kind) =>
    Object.keys(first[kind]).map((name) => [name, choose(measurements.map((each) => each[kind][name]))]);
  return Object.fromEntries(Object.keys(first).map((kind) => [kind, Object.fromEntries(figures(kind))]));
}

function short(ratio) {
  return Number(ratio.toPrecision(3));
}
