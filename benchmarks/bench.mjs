// Measures the bus and its peers: `npm run bench -- --help`.
import { CONTENDERS } from './contenders/index.mjs';
import { environmentOf } from './harness/environment.mjs';
import { installContenders } from './harness/install.mjs';
import { nodesOf } from './harness/node-versions.mjs';
import { HELP, parseBenchOptions } from './harness/options.mjs';
import { runScenarios } from './harness/run.mjs';
import { runProgram } from './harness/usage-error.mjs';
import { lines } from './report/console.mjs';
import { writeReport, writeResults } from './report/results.mjs';
import { assertKnown, contendersIn, SCENARIOS, scenariosNamed } from './scenarios/index.mjs';

await runProgram(async () => {
  const { scenarios, only, rounds, nodes, isComplete, render, help } = parseBenchOptions(
    process.argv.slice(2),
  );
  if (help)
    return console.log(
      `${HELP}\n\nScenarios: ${SCENARIOS.join(', ')}.\nContenders: ${CONTENDERS.join(', ')}.`,
    );
  if (render) return tellWritten(await writeReport());
  installContenders();
  const names = await scenariosNamed(scenarios);
  assertKnown('contender', only ?? [], await contendersIn(names));

  const runs = [];
  for (const node of nodesOf(nodes)) {
    const environment = environmentOf(node);
    console.log(`Node ${environment.versions.node}\n`);
    const onResult = (result) => console.log(`${lines(result)}\n`);
    const { results } = await runScenarios(names, { node, only, rounds, onResult });
    runs.push({ ...environment, results });
  }
  if (!isComplete) return;
  const written = [];
  for (const run of runs) written.push(await writeResults(run));
  tellWritten([...written, ...(await writeReport())]);
});

function tellWritten(paths) {
  console.log(`Written: ${paths.join(', ')}.`);
}
