// npm run bench [-- scenario|group … --only contender,… --rounds 11 --node 20,24]. Everything, without arguments, writes RESULTS.md.
import { parseArgs } from 'node:util';
import { installContenders } from './harness/install.mjs';
import { nodesOf } from './harness/node-versions.mjs';
import { runScenarios } from './harness/run.mjs';
import { lines } from './report/console.mjs';
import { scenariosNamed } from './scenarios/index.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, rounds: { type: 'string' }, node: { type: 'string' } },
});

installContenders();
const names = await scenariosNamed(positionals);
const only = options.only?.split(',');
const rounds = options.rounds === undefined ? undefined : Number(options.rounds);
for (const node of nodesOf(options.node)) {
  const run = await runScenarios(names, {
    node,
    only,
    rounds,
    onResult: (result) => console.log(`${lines(result)}\n`),
  });
  console.log(`Node ${run.node}`);
}
