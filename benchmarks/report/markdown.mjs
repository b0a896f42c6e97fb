import { TARGETS } from '../targets.mjs';
import { scenarioTable, table } from './tables.mjs';
import { targetTable } from './target-table.mjs';

/** Headings of the scenarios' groups, in the order in which they matter to a reader. */
const GROUPS = {
  emit: 'Emitting',
  queue: 'Queues',
  features: 'What features cost',
  subscription: 'Subscribing',
  growth: 'What an emit costs when more lives beside it',
  memory: 'Memory',
  nest: 'In Nest',
};

/** The page of results. @param runs one for each Node, the oldest first */
export function markdown(runs) {
  return [
    '# Results',
    `Written by \`npm run bench\`; [how to read it](README.md). Figures are medians (quartiles in brackets) of processor time, and ratios
are taken within a round. **Bold** is this bus. Rows where it loses stay in. A dash: doesn't run on that Node.`,
    '## Where',
    whereabouts(runs),
    '## Targets',
    targetTable(TARGETS, runs),
    ...groupsOf(runs).flatMap((group) => [`## ${GROUPS[group] ?? group}`, ...sections(group, runs)]),
  ].join('\n\n');
}

function whereabouts(runs) {
  const facts = runs.map(({ date, commit, isDirty, machine, versions: { node, ...others } }) => ({
    date: date.slice(0, 10),
    commit: `${commit}${isDirty ? ' and uncommitted changes' : ''}`,
    processor: `${machine.cpu}, ${machine.cores} cores`,
    memory: machine.memory,
    system: machine.system,
    'Node.js': node,
    ...others,
  }));
  const names = [...new Set(facts.flatMap(Object.keys))];
  const head = ['', ...runs.map(({ versions }) => `Node ${Number.parseInt(versions.node, 10)}`)];
  return table(
    head,
    names.map((name) => [name, ...facts.map((each) => each[name] ?? '–')]),
    head.length,
  );
}

function groupsOf(runs) {
  const order = Object.keys(GROUPS);
  const rank = (group) => (order.includes(group) ? order.indexOf(group) : order.length);
  const groups = new Set(runs.flatMap(({ results }) => results.map(({ group }) => group)));
  return [...groups].toSorted((a, b) => rank(a) - rank(b));
}

/** For each scenario of a group a heading, what its figures are, and its table. */
function sections(group, runs) {
  const all = runs.flatMap(({ results }) => results).filter((result) => result.group === group);
  return [...new Set(all.map(({ name }) => name))].flatMap((name) => {
    const { title, unit, reference, contenders } = all.find((result) => result.name === name);
    const compared = reference === undefined ? '' : `; ratios to ${contenders[reference]}`;
    const columns = new Map(
      runs.map(({ versions, results }) => [
        Number.parseInt(versions.node, 10),
        results.filter((result) => result.name === name),
      ]),
    );
    return [`### ${title}`, `\`${name}\`, in ${unit}${compared}`, scenarioTable(columns)];
  });
}
