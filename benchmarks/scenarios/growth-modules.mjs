import { busInNest } from '../contenders/bus-nest.mjs';
import { contender as emitter } from '../contenders/nestjs-event-emitter.mjs';
import { DATA } from '../harness/handlers.mjs';
import { HandlerApp } from '../nest/handler-app.mjs';
import { noBus } from '../nest/no-bus.mjs';

const onePerModule = () => new HandlerApp(1, 1);

/**
 * What so many modules, each with one handler, add to the start of an application: the processor time of the start, less that of the
 * same modules without a bus, measured before and after in the same process.
 */
export const scenario = {
  name: 'growth-modules',
  title: 'start: modules with one handler each',
  unit: 'ms',
  group: 'growth',
  reference: 'nestjs-event-emitter',
  contenders: ['nestjs-event-emitter', 'bus-nest'],
  variants: {
    'nestjs-event-emitter': { create: () => emitter.create({}, onePerModule()) },
    'bus-nest': { create: () => busInNest({}, onePerModule()) },
  },
  sizes: [1, 1_000],
  fresh: true,
  prepare: ({ contender, handlers, size }) => ({
    async measure() {
      const without = { create: () => noBus.create(onePerModule()) };
      await timeOf(without, handlers, size);
      const before = await timeOf(without, handlers, size);
      const itself = await timeOf(contender, handlers, size);
      const after = await timeOf(without, handlers, size);
      return itself - (before + after) / 2;
    },
  }),
};

/** In ms. */
async function timeOf(contender, handlers, size) {
  const bus = await contender.create();
  for (let number = 0; number < size; number++) bus.on(`domain${number}:event`, handlers.sync());
  globalThis.gc();
  const usage = process.cpuUsage();
  await bus.start();
  const { user, system } = process.cpuUsage(usage);
  if (bus.emit !== undefined) {
    const { calls } = handlers;
    for (let number = 0; number < size; number++) bus.emit(`domain${number}:event`, DATA);
    if (handlers.calls - calls !== size) throw new Error('Not every handler was found.');
  }
  await bus.close();
  return (user + system) / 1_000;
}
