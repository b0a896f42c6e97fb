import { ContenderProcess } from './processes.mjs';

/**
 * Measures one scenario at one size: all its contenders, in rounds that go to and fro (A B C, C B A, …), so that whatever drifts on
 * the machine meets all of them alike.
 *
 * @returns by contender, what was measured in each round
 */
export async function measure(scenario, setting) {
  const values = await (scenario.fresh ? inFreshProcesses : inLastingProcesses)(scenario, setting);
  return Object.fromEntries(values);
}

async function inLastingProcesses(scenario, { node, contenders, size, rounds }) {
  const processes = new Map();
  try {
    // One after another: two that warm up at once would get in each other's way.
    for (const contender of contenders) {
      const process = new ContenderProcess(node, scenario, contender, size);
      processes.set(contender, process);
      await process.ready();
    }
    return await inTurn(contenders, rounds, (contender) => processes.get(contender).round());
  } finally {
    for (const process of processes.values()) process.end();
  }
}

function inFreshProcesses(scenario, { node, contenders, size, rounds }) {
  return inTurn(contenders, rounds, async (contender) => {
    const process = new ContenderProcess(node, scenario, contender, size);
    try {
      await process.ready();
      return await process.round();
    } finally {
      process.end();
    }
  });
}

async function inTurn(contenders, rounds, round) {
  const values = new Map(contenders.map((contender) => [contender, []]));
  for (let number = 0; number < rounds; number++) {
    const order = number % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) values.get(contender).push(await round(contender));
  }
  return values;
}
