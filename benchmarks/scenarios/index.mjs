import { readdirSync } from 'node:fs';

/** The names of all scenarios: the files of this folder that are one. */
export const SCENARIOS = readdirSync(import.meta.dirname)
  .map((file) => file.replace(/\.mjs$/, ''))
  .filter((name) => name !== 'index');

export async function scenarioOf(name) {
  const { scenario } = await import(`./${name}.mjs`);
  return scenario;
}

/** The scenarios of those names or groups; all, where none is given. */
export async function scenariosNamed(wanted) {
  const scenarios = await Promise.all(SCENARIOS.map(scenarioOf));
  const known = new Set(scenarios.flatMap(({ name, group }) => [name, group]));
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new Error(`There is no scenario or group "${unknown}". There are: ${[...known].join(', ')}.`);
  }
  const meant = ({ name, group }) => wanted.length === 0 || wanted.includes(name) || wanted.includes(group);
  return scenarios.filter(meant).map(({ name }) => name);
}
