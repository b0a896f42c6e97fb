import { ratio, summary } from '../harness/statistics.mjs';
import { figure } from './figures.mjs';

/** A table of Markdown; all columns but so many at the left are numbers. */
export function table(head, rows, texts = 1) {
  const rule = head.map((_, column) => (column < texts ? ':--' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * A scenario as a table: each contender at each size, and for each Node its median with quartiles and, where there is a reference,
 * the ratio to it.
 *
 * @param columns by Node's major version, the scenario's results, one for each size
 */
export function scenarioTable(columns) {
  const results = [...columns.values()].flat();
  const { reference } = results[0];
  const sizes = [...new Set(results.map(({ size }) => size))];
  const contenders = new Map(results.flatMap((result) => Object.entries(result.contenders)));
  const hasSizes = sizes[0] !== undefined;
  const head = [...columns.keys()].flatMap((major) => [
    `Node ${major}`,
    ...(reference === undefined ? [] : ['ratio']),
  ]);
  const rows = sizes.flatMap((size) =>
    [...contenders].map(([name, title]) => [
      ...(hasSizes ? [figure(size)] : []),
      emphasised(name, title),
      ...[...columns.values()].flatMap((each) =>
        cells(
          each.find((result) => result.size === size),
          name,
          reference,
        ),
      ),
    ]),
  );
  return table([...(hasSizes ? ['size'] : []), '', ...head], rows, hasSizes ? 2 : 1);
}

/** The bus itself is found at a glance. */
export function emphasised(name, title) {
  return name.startsWith('bus-') ? `**${title}**` : title;
}

function cells(result, name, reference) {
  const values = result?.values[name];
  const width = reference === undefined ? 1 : 2;
  if (values === undefined) return Array.from({ length: width }, () => '–');
  const { median, low, high } = summary(values);
  const time = `${figure(median)} (${figure(low)}–${figure(high)})`;
  if (reference === undefined) return [time];
  const compared = ratio(values, result.values[reference]);
  return [time, compared === undefined ? '–' : `${compared.median.toFixed(2)}×`];
}
