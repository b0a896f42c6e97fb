import { contenderOf } from '../contenders/index.mjs';
import { measure } from './measure.mjs';
import { versionOf } from './node-versions.mjs';

/**
 * Runs scenarios on one Node, one after the other.
 *
 * @param only names of contenders; undefined for all that a scenario has
 * @param onResult told of each as it comes
 * @returns plain data: what every report is made of
 */
export async function runScenarios(scenarios, { node, only, rounds, onResult = () => {} }) {
  const version = versionOf(node);
  const results = [];
  for (const scenario of scenarios) {
    if (only !== undefined && !scenario.contenders.some((contender) => only.includes(contender))) continue;
    const titles = await titlesOf(scenario, only, Number.parseInt(version, 10));
    const contenders = Object.keys(titles);
    for (const size of scenario.sizes ?? [undefined]) {
      const setting = {
        node,
        size,
        contenders,
        rounds: rounds ?? scenario.rounds ?? (scenario.fresh ? 5 : 11),
      };
      const { name, title, unit, group, reference } = scenario;
      const values = await measure(scenario, setting);
      const result = { name, title, unit, group, reference, size, contenders: titles, values };
      results.push(result);
      onResult(result);
    }
  }
  return { node: version, results };
}

/** Who takes part, each with its title: whom it is about, whom they are compared with, and nobody whom this Node can't run. */
async function titlesOf(scenario, only, nodeMajor) {
  const titles = {};
  for (const name of scenario.contenders) {
    if (only !== undefined && !only.includes(name) && name !== scenario.reference) continue;
    const variant = scenario.variants?.[name];
    const { title, minimumNode = 0 } = variant ? { ...variant, title: name } : await contenderOf(name);
    if (nodeMajor >= minimumNode) titles[name] = title;
  }
  return titles;
}
