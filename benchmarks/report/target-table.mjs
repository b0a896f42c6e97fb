import { evaluateTargets } from './evaluate-targets.mjs';
import { figure } from './figures.mjs';
import { emphasised, table } from './tables.mjs';

/** How far the targets are reached, on each Node: a sentence for each, and a table. */
export function targetTable(targets, runs) {
  const verdicts = runs.map((run) => ({ run, verdicts: evaluateTargets(targets, run) }));
  const sentences = verdicts.map(({ run, verdicts: all }) => {
    const reached = all.filter(({ isReached }) => isReached).length;
    return `Node ${major(run)}: ${reached} of ${all.length} reached.`;
  });
  const rows = new Map();
  for (const [column, { verdicts: all }] of verdicts.entries()) {
    for (const verdict of all) {
      const key = goal(verdict);
      if (!rows.has(key)) rows.set(key, [...key.split('\n'), ...runs.map(() => 'not measured')]);
      rows.get(key)[3 + column] = outcome(verdict);
    }
  }
  const head = ['scenario', 'contender', 'target', ...runs.map((run) => `Node ${major(run)}`)];
  return `${sentences.join(' ')}\n\n${table(head, [...rows.values()], head.length)}`;
}

function goal({ target, title = target.scenario, contender = target.contender, of = target.of, unit, size }) {
  const { atMost } = target;
  const what = size === undefined ? title : `${title}, ${figure(size)}`;
  const limit = target.of === undefined ? `≤ ${figure(atMost)} ${unit ?? ''}` : `≤ ${atMost}× ${of}`;
  return [what, emphasised(target.contender, contender), limit].join('\n');
}

function outcome({ target, figure: value, isReached, unit }) {
  if (value === undefined) return 'not measured';
  const shown = target.of === undefined ? `${figure(value)} ${unit}` : `${value.toFixed(2)}×`;
  const distance = Math.round(Math.abs(value / target.atMost - 1) * 100);
  return isReached ? `reached: ${shown}, ${distance} % below` : `**missed**: ${shown}, ${distance} % above`;
}

function major({ versions }) {
  return Number.parseInt(versions.node, 10);
}
