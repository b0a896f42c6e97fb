import { emitBeside, GROWING, GROWTH } from '../harness/growth-scenarios.mjs';
import { DATA } from '../harness/handlers.mjs';

/** Each was emitted once, and nobody hears it: topics that are made of ids. A plain loop has no such thing. */
export const scenario = {
  name: 'growth-topics',
  title: 'emit, 1 handler, after so many other topics were emitted',
  unit: 'ns',
  group: 'growth',
  reference: 'eventemitter2',
  contenders: GROWING.filter((name) => name !== 'plain-loop'),
  sizes: GROWTH,
  prepare: (setting) => emitBeside(setting, (bus, number) => bus.emit(`cart:event${number}`, DATA)),
};
