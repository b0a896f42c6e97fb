import { NestApplicationContext } from '@nestjs/core';
import { busInNest } from '../contenders/bus-nest.mjs';
import { Listens } from '../contenders/built-bus.mjs';
import { DATA } from '../harness/handlers.mjs';
import { topicNames } from '../harness/emit-scenarios.mjs';
import { noBus } from '../nest/no-bus.mjs';

const HANDLERS = 3_000;
const TOPICS = topicNames(1_000);

/**
 * What it costs the start of an application that its handlers are found and subscribed: the processor time of Nest's `init()`, in
 * which all hooks run, less that of the same application without a bus, measured before and after in the same process. By then
 * the providers have been made, in which the contenders don't differ. Nest's own code has run before; theirs has not.
 *
 * 3000 methods of 300 providers in 30 modules, 3 for each of 1000 topics. An event on each topic proves that all were found.
 */
export const scenario = {
  name: 'discovery',
  title: 'start: 3000 handlers of 300 providers are found and subscribed',
  unit: 'ms',
  group: 'nest',
  reference: 'nestjs-event-emitter',
  contenders: ['no bus', 'nestjs-event-emitter', 'nestjs-cqrs', 'bus-nest-bare', 'bus-nest', 'bus-nest-full'],
  variants: {
    /** How exact the method is. */
    'no bus': noBus,
    /** Without what can be turned off. */
    'bus-nest-bare': {
      create: () =>
        busInNest({ permissions: 'off', history: { capacity: 0 }, logging: false, redact: false }),
    },
    /** Each module declares what it hears, so that each subscription is judged. */
    'bus-nest-full': { create: () => busInNest({}, undefined, Listens('**')) },
  },
  fresh: true,
  rounds: 5,
  prepare: ({ contender, handlers }) => ({
    async measure() {
      await timeOf(noBus, handlers);
      const before = await timeOf(noBus, handlers);
      const itself = await timeOf(contender, handlers);
      const after = await timeOf(noBus, handlers);
      return itself - (before + after) / 2;
    },
  }),
};

async function timeOf(contender, handlers) {
  const bus = await contender.create();
  for (let number = 0; number < HANDLERS; number++) {
    bus.on(TOPICS[number % TOPICS.length], handlers.sync());
  }
  globalThis.gc();
  const time = await timeOfInit(() => bus.start());
  if (contender !== noBus) {
    const calls = handlers.calls;
    for (const topic of TOPICS) bus.emit(topic, DATA);
    if (handlers.calls - calls !== HANDLERS) throw new Error('Not every handler was found.');
  }
  await bus.close();
  return time;
}

/** In ms. */
async function timeOfInit(start) {
  const { prototype } = NestApplicationContext;
  const init = Reflect.get(prototype, 'init');
  let time;
  prototype.init = async function () {
    const usage = process.cpuUsage();
    await init.call(this);
    const { user, system } = process.cpuUsage(usage);
    time = (user + system) / 1_000;
    return this;
  };
  try {
    await start();
  } finally {
    prototype.init = init;
  }
  return time;
}
