import { topicNames } from '../harness/emit-scenarios.mjs';
import { growthOf } from '../harness/heap.mjs';
import { DATA } from '../harness/handlers.mjs';
import { noBus } from '../nest/no-bus.mjs';

const HANDLERS = 3_000;
const TOPICS = topicNames(1_000);

/**
 * What a decorated handler adds to a Nest application that has started: the metadata of its decorator and its subscription, the structures
 * of its topic included, of which three share one. Not counted is what the application without a bus has, too: providers, modules, methods.
 */
export const scenario = {
  name: 'memory-decorated',
  title: 'memory of a decorated handler, 3 of which share a topic',
  unit: 'bytes',
  group: 'memory',
  reference: 'nestjs-event-emitter',
  contenders: ['nestjs-event-emitter', 'bus-nest'],
  fresh: true,
  // Compiled code is on the same heap, and differs by 50 bytes a handler from run to run.
  flags: ['--no-opt', '--no-sparkplug'],
  rounds: 3,
  prepare: ({ contender, handlers }) => ({
    async measure() {
      // What is made once is there before: code, and what the modules themselves keep.
      for (const each of [noBus, contender]) await growthOfApp(each, handlers);
      const without = await growthOfApp(noBus, handlers);
      return ((await growthOfApp(contender, handlers, proveFound)) - without) / HANDLERS;
    },
  }),
};

/** @param whenStarted called when all has been measured, since to emit leaves something behind */
async function growthOfApp(contender, handlers, whenStarted = () => {}) {
  const bus = await contender.create();
  const growth = await growthOf(async () => {
    for (let number = 0; number < HANDLERS; number++) bus.on(TOPICS[number % TOPICS.length], handlers.sync());
    await bus.start();
  });
  whenStarted(bus, handlers);
  await bus.close();
  return growth;
}

function proveFound(bus, handlers) {
  const { calls } = handlers;
  for (const topic of TOPICS) bus.emit(topic, DATA);
  if (handlers.calls - calls !== HANDLERS) throw new Error('Not every handler was found.');
}
