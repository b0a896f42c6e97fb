import { contenderOf } from '../contenders/index.mjs';
import { scenarioOf } from '../scenarios/index.mjs';
import { measure } from './measure.mjs';
import { versionOf } from './node-versions.mjs';

/**
 * Runs scenarios on one Node, one after the other.
 *
 * @param only names of contenders; undefined for all that a scenario has
 * @param onResult told of each as it comes
 * @returns plain data: what every report is made of
 */
export async function runScenarios(names, { node, only, rounds, onResult = () => {} }) {
  const version = versionOf(node);
  const results = [];
  for (const name of names) {
    const scenario = await scenarioOf(name);
    const contenders = await contendersOf(scenario, only, Number.parseInt(version, 10));
    if (contenders.length === 0) continue;
    for (const size of scenario.sizes ?? [undefined]) {
      const setting = {
        node,
        size,
        contenders,
        rounds: rounds ?? scenario.rounds ?? (scenario.fresh ? 5 : 11),
      };
      const { title, unit, group, reference } = scenario;
      const result = { name, title, unit, group, reference, size, values: await measure(scenario, setting) };
      results.push(result);
      onResult(result);
    }
  }
  return { node: version, results };
}

async function contendersOf(scenario, only, nodeMajor) {
  const wanted = [];
  for (const name of scenario.contenders) {
    if (only !== undefined && !only.includes(name) && name !== scenario.reference) continue;
    const { minimumNode = 0 } = scenario.variants?.[name] ?? (await contenderOf(name));
    if (nodeMajor >= minimumNode) wanted.push(name);
  }
  return wanted;
}
