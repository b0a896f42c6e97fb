import { readdirSync } from 'node:fs';
import { UsageError } from '../harness/usage-error.mjs';

/** The names of all scenarios: the files of this folder that are one. */
export const SCENARIOS = readdirSync(import.meta.dirname)
  .map((file) => file.replace(/\.mjs$/, ''))
  .filter((name) => name !== 'index');

export async function scenarioOf(name) {
  const { scenario } = await import(`./${name}.mjs`);
  return scenario;
}

/** The scenarios of those names or groups; all, where none is given. @throws UsageError */
export async function scenariosNamed(wanted) {
  const scenarios = await Promise.all(SCENARIOS.map(scenarioOf));
  const known = new Set(scenarios.flatMap(({ name, group }) => [name, group]));
  assertKnown('scenario or group', wanted, known);
  const meant = ({ name, group }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(group);
  return scenarios.filter(meant);
}

/** @throws UsageError */
export function assertKnown(what, wanted, known) {
  const unknown = wanted.find((name) => !new Set(known).has(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no ${what} "${unknown}". There are: ${[...known].join(', ')}.`);
  }
}
