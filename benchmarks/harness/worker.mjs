// The process of one contender in one scenario. It prepares itself, and then does one round each time that it is told to.
import { contenderOf } from '../contenders/index.mjs';
import { scenarioOf } from '../scenarios/index.mjs';
import { Handlers } from './handlers.mjs';

/** Optimising compilers have seen enough after so many ms. */
const WARM_UP = 300;
/** How long a round takes, in ms: much longer than what interrupts it now and then. */
const ROUND = 25;

const [scenarioName, contenderName, size] = process.argv.slice(2);
const scenario = await scenarioOf(scenarioName);
const contender = scenario.variants?.[contenderName] ?? (await contenderOf(contenderName));
const handlers = new Handlers();
const prepared = await scenario.prepare({
  contender,
  handlers,
  size: size === undefined ? undefined : Number(size),
});
const measure = prepared.measure ?? (await timed(prepared));

process.on('message', async () => process.send({ value: await measure() }));
process.on('disconnect', () => process.exit());
process.send('ready');

/**
 * Answers a function that answers how many ns of processor time an operation takes, all threads of the process included: what else
 * the machine does in the meantime is not in it.
 */
async function timed({ run, callsPerRun }) {
  let n = 1;
  let perOperation = 0;
  for (let spent = 0; spent < WARM_UP;) {
    const elapsed = await elapsedOf(n);
    perOperation = elapsed / n;
    spent += elapsed;
    if (elapsed < ROUND) n = Math.ceil(n * Math.min(8, (ROUND / Math.max(elapsed, 1e-3)) * 1.1));
  }
  n = Math.max(1, Math.round(ROUND / perOperation));
  return async () => ((await elapsedOf(n)) / n) * 1e6;

  async function elapsedOf(operations) {
    const before = handlers.calls;
    const start = process.cpuUsage();
    const pending = run(operations);
    if (pending !== undefined) await pending;
    const { user, system } = process.cpuUsage(start);
    const elapsed = (user + system) / 1_000;
    const calls = handlers.calls - before;
    if (calls !== operations * callsPerRun) {
      throw new Error(
        `${contenderName} in ${scenarioName}: ${calls} calls of handlers instead of ${operations * callsPerRun}`,
      );
    }
    return elapsed;
  }
}
