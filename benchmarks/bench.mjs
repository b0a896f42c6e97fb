// Measures the bus and its peers: `npm run bench -- --help`.
import { CONTENDERS } from './contenders/index.mjs';
import { environmentOf, revision } from './harness/environment.mjs';
import { installContenders } from './harness/install.mjs';
import { nodesOf, versionOf } from './harness/node-versions.mjs';
import { HELP, parseBenchOptions } from './harness/options.mjs';
import { runScenarios } from './harness/run.mjs';
import { runProgram } from './harness/usage-error.mjs';
import { lines } from './report/console.mjs';
import { unmeasurable } from './report/evaluate-targets.mjs';
import { writeReport, writeResults } from './report/results.mjs';
import { assertKnown, SCENARIOS, scenariosNamed } from './scenarios/index.mjs';
import { TARGETS } from './targets.mjs';

await runProgram(async () => {
  const options = parseBenchOptions(process.argv.slice(2));
  const { only, rounds, isComplete } = options;
  if (options.help) return console.log(`${HELP}\n\n${names()}`);
  if (options.render) return tellWritten(await writeReport());
  installContenders();
  const wanted = await scenariosNamed(options.scenarios);
  assertKnown('contender', only ?? [], new Set(wanted.flatMap(({ contenders }) => contenders)));
  // Said before the minutes that the rest takes; the page says of such a target that it was not measured.
  for (const fault of isComplete ? unmeasurable(TARGETS, wanted) : []) console.error(`targets.mjs: ${fault}`);

  const built = isComplete ? revision() : {};
  const runs = [];
  for (const node of nodesOf(options.nodes)) {
    console.log(`Node ${versionOf(node)}\n`);
    const environment = isComplete ? { ...environmentOf(node), ...built } : {};
    const onResult = (result) => console.log(`${lines(result)}\n`);
    const { results } = await runScenarios(wanted, { node, only, rounds, onResult });
    runs.push({ ...environment, results });
  }
  if (!isComplete) return;
  const written = [];
  for (const run of runs) written.push(await writeResults(run));
  tellWritten([...written, ...(await writeReport())]);
});

function names() {
  return `Scenarios: ${SCENARIOS.join(', ')}.\nContenders: ${CONTENDERS.join(', ')}.`;
}

function tellWritten(paths) {
  console.log(`Written: ${paths.join(', ')}.`);
}
