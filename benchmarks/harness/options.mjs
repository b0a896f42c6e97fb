import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.mjs';

/** The Nodes of a complete run: the oldest line that is supported, and the newest. */
const NODES = ['20', '24'];

export const HELP = `npm run bench [-- [scenario|group …] [--only contender,…] [--rounds n] [--node major,…]]

Without a scenario, --only and --rounds it is a complete run: everything, on Node ${NODES.join(' and ')} (or those of --node). It takes
six minutes a Node and writes benchmarks/results/node-<major>.json, benchmarks/RESULTS.md and benchmarks/results/emit.svg.
Any other run measures a part, on this Node (or those of --node), prints it and writes nothing.

  --only a,b     these contenders and the one that a scenario compares with
  --rounds n     how often each contender is measured; a scenario knows how often is enough
  --node 20,24   the newest of each of these versions, from npm's registry
  --render       measures nothing, and writes RESULTS.md and the plot from the results that are there
  --help         this text, and the names of all scenarios and contenders`;

/**
 * What a command line asks for.
 *
 * @returns `nodes` and `only` undefined where nothing was said; `isComplete`: nothing is left out, so the results are written
 * @throws UsageError
 */
export function parseBenchOptions(args) {
  const { values, positionals: scenarios } = parsed(args, {
    only: { type: 'string' },
    rounds: { type: 'string' },
    node: { type: 'string' },
    render: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const { only, rounds, node, render = false, help = false } = values;
  const isComplete = scenarios.length === 0 && only === undefined && rounds === undefined;
  if (render && (!isComplete || node !== undefined)) throw new UsageError('--render goes with nothing else.');
  return {
    scenarios,
    only: only === undefined ? undefined : list('--only', only),
    rounds: rounds === undefined ? undefined : count('--rounds', rounds),
    nodes: node === undefined ? (isComplete ? NODES : undefined) : versions(node),
    isComplete,
    render,
    help,
  };
}

/** @throws UsageError */
export function parseGuardOptions(args) {
  const { values, positionals } = parsed(args, { update: { type: 'boolean' }, node: { type: 'string' } });
  if (positionals.length > 0) throw new UsageError(`The guard takes no "${positionals[0]}".`);
  const { update = false, node } = values;
  return { update, nodes: node === undefined ? undefined : versions(node) };
}

function parsed(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message, { cause: error });
  }
}

function versions(value) {
  const all = list('--node', value);
  const wrong = all.find((version) => !/^\d+(\.\d+){0,2}$/.test(version));
  if (wrong !== undefined)
    throw new UsageError(`--node takes versions such as 24 or 20.19.0, not "${wrong}".`);
  return all;
}

function list(option, value) {
  const items = value.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new UsageError(`${option} takes names with commas between them, not "${value}".`);
  return items;
}

function count(option, value) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new UsageError(`${option} takes a whole number of at least 1, not "${value}".`);
  }
  return number;
}
