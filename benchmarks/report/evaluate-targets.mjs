import { ratio, summary } from '../harness/statistics.mjs';

/**
 * Holds a run to targets: one verdict for each target and size.
 *
 * @returns `figure`: the median of what was measured; undefined, and so is `isReached`, for what the run has not measured
 */
export function evaluateTargets(targets, run) {
  return targets.flatMap((target) => {
    const results = run.results.filter(({ name }) => name === target.scenario);
    return results.length === 0 ? [{ target }] : results.map((result) => verdictOn(target, result));
  });
}

function verdictOn(target, { title, unit, size, contenders, values }) {
  const verdict = {
    target,
    title,
    unit,
    size,
    contender: contenders[target.contender],
    of: contenders[target.of],
  };
  const own = values[target.contender];
  const others = values[target.of];
  if (own === undefined || (target.of !== undefined && others === undefined)) return verdict;
  const figure = (others === undefined ? summary(own) : ratio(own, others))?.median;
  if (figure === undefined) return verdict;
  return { ...verdict, figure, isReached: figure <= target.atMost };
}

/**
 * What targets name and no scenario has, in sentences: it would never be measured.
 *
 * @param scenarios with their names and their contenders' names
 */
export function unmeasurable(targets, scenarios) {
  return targets.flatMap(({ scenario, contender, of }) => {
    const found = scenarios.find(({ name }) => name === scenario);
    if (found === undefined) return [`There is no scenario "${scenario}".`];
    return [contender, of]
      .filter((name) => name !== undefined && !found.contenders.includes(name))
      .map((name) => `"${name}" takes no part in "${scenario}".`);
  });
}
