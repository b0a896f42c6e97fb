/** How many times as much a ratio may be as the committed one. */
export const RATIO_MARGIN = 1.5;
/** How many bytes more an emit may allocate than is committed: what is counted is exact but for what else runs in a process. */
export const BYTES_MARGIN = 4;

const KINDS = {
  ratios: {
    most: (committed) => committed * RATIO_MARGIN,
    least: (committed) => committed / RATIO_MARGIN,
    told: (now, committed) =>
      `${now}× instead of ${committed}×, which is ${(now / committed).toFixed(2)} times as much`,
    margin: `up to ${RATIO_MARGIN} times is taken for noise`,
  },
  bytes: {
    most: (committed) => committed + BYTES_MARGIN,
    least: (committed) => committed - BYTES_MARGIN,
    told: (now, committed) => `${now} bytes instead of ${committed}`,
    margin: `up to ${BYTES_MARGIN} more are taken for noise`,
  },
};

/**
 * Holds figures to the committed ones, a line for each that is out of its margin.
 *
 * @returns `worse`; and `better`, where what is committed no longer holds anybody to what has been gained
 */
export function compareFigures(committed, measured) {
  const worse = [];
  const better = [];
  for (const [kind, { most, least, told, margin }] of Object.entries(KINDS)) {
    for (const [name, now] of Object.entries(measured[kind])) {
      const before = committed[kind][name];
      if (before === undefined) worse.push(`${name}: no figure is committed to hold it to`);
      else if (now > most(before)) worse.push(`${name}: ${told(now, before)} (${margin})`);
      else if (now < least(before)) better.push(`${name}: ${told(now, before)}`);
    }
    for (const name of Object.keys(committed[kind])) {
      if (!(name in measured[kind])) worse.push(`${name}: is committed, and was not measured`);
    }
  }
  return { worse, better };
}
