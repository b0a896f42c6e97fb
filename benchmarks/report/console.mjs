import { ratio, summary } from '../harness/statistics.mjs';
import { figure } from './figures.mjs';

/** One result as lines of text: median, quartiles, and the ratio to the reference within the rounds. */
export function lines({ title, unit, size, reference, values }) {
  const heading = size === undefined ? title : `${title}, ${size.toLocaleString('en')}`;
  const rows = Object.entries(values).map(([contender, rounds]) => {
    const { median, low, high } = summary(rounds);
    const compared = values[reference] && ratio(rounds, values[reference]);
    const spread = `${figure(low)}–${figure(high)}`;
    return [
      `  ${contender.padEnd(32)}`,
      `${figure(median)} ${unit}`.padStart(14),
      spread.padStart(20),
      compared ? `${compared.median.toFixed(2)}×`.padStart(10) : '',
    ].join('');
  });
  return [heading, ...rows].join('\n');
}
