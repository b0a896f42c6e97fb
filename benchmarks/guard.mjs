// npm run bench:guard [-- --update] [--node 20,24]: fails when the bus has become slower, or allocates more, than what is committed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareFigures } from './guard/compare.mjs';
import { combined, figuresOf, OWN, PEERS } from './guard/figures.mjs';
import { installContenders } from './harness/install.mjs';
import { nodesOf, versionOf } from './harness/node-versions.mjs';
import { parseGuardOptions } from './harness/options.mjs';
import { runScenarios } from './harness/run.mjs';
import { median } from './harness/statistics.mjs';
import { runProgram, UsageError } from './harness/usage-error.mjs';
import { writeFormatted } from './report/formatted-file.mjs';
import { scenariosNamed } from './scenarios/index.mjs';

const FILE = join(import.meta.dirname, 'guard.json');
const SCENARIOS = ['emit-1', 'emit-1000x3', 'await-1-async', 'await-10-async', 'allocation'];
const ROUNDS = 9;

await runProgram(async () => {
  const { update, nodes } = parseGuardOptions(process.argv.slice(2));
  installContenders();
  const committed = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  for (const node of nodesOf(nodes)) {
    const major = versionOf(node).split('.', 1)[0];
    if (update) committed[major] = await usual(node);
    else await hold(node, committed[major], major);
  }
  if (update) await writeFormatted(FILE, JSON.stringify(committed));
});

async function measured(node) {
  const scenarios = await scenariosNamed(SCENARIOS);
  return figuresOf(await runScenarios(scenarios, { node, only: [...PEERS, ...OWN], rounds: ROUNDS }));
}

/** What is committed comes from the middle of the noise: from its lower end, it would be exceeded too soon. */
async function usual(node) {
  const measurements = [await measured(node), await measured(node), await measured(node)];
  return combined(measurements, median);
}

/** What looks worse is measured once more: how a process happens to be compiled is part of the noise. */
async function hold(node, committed, major) {
  if (committed === undefined) {
    throw new UsageError(
      `No figures of Node ${major} are committed: npm run bench:guard -- --update --node ${major}`,
    );
  }
  let figures = await measured(node);
  if (compareFigures(committed, figures).worse.length > 0)
    figures = combined([figures, await measured(node)], (both) => Math.min(...both));
  const { worse, better } = compareFigures(committed, figures);
  if (better.length > 0)
    tell(`Node ${major}: better than what is committed. To hold it: npm run bench:guard -- --update`, better);
  if (worse.length === 0) return console.log(`Node ${major}: no figure is worse than what is committed.`);
  tell(`Node ${major}: worse than what is committed in benchmarks/guard.json, twice in a row.`, worse);
  console.log(`Find out what has made it so (benchmarks/README.md tells how). If it is worth it, say so in the commit that brings
benchmarks/guard.json along: npm run bench:guard -- --update --node ${major}`);
  process.exitCode = 1;
}

function tell(heading, lines) {
  console.log([heading, ...lines.map((line) => `  ${line}`)].join('\n'));
}
