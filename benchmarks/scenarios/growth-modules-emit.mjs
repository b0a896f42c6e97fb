import { busInNest } from '../contenders/bus-nest.mjs';
import { contender as emitter } from '../contenders/nestjs-event-emitter.mjs';
import { emitToEach, roundOf } from '../harness/emit-scenarios.mjs';
import { HandlerApp } from '../nest/handler-app.mjs';

/**
 * One topic with one handler, in an application with so many modules, each of which has a handler of another topic. A
 * thousand modules are as many as a large application has.
 */
export const scenario = {
  name: 'growth-modules-emit',
  title: 'emit, among so many modules',
  unit: 'ns',
  group: 'growth',
  reference: 'nestjs-event-emitter',
  contenders: ['nestjs-event-emitter', 'bus-nest'],
  variants: {
    'nestjs-event-emitter': { create: () => emitter.create({}, new HandlerApp(1, 1)) },
    'bus-nest': { create: () => busInNest({}, new HandlerApp(1, 1)) },
  },
  sizes: [1, 100, 1_000],
  async prepare({ contender, handlers, size }) {
    const topics = Array.from({ length: size }, (_, number) => `domain${number}:event`);
    const { bus, callsPerRun } = await emitToEach({ contender, handlers, topics, perTopic: 1 });
    return { callsPerRun, run: roundOf(bus, topics.slice(0, 1)) };
  },
};
