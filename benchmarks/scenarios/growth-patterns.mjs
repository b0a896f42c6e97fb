import { emitBeside, GROWTH } from '../harness/growth-scenarios.mjs';

/** Each hears the topics of one cart. */
export const scenario = {
  name: 'growth-patterns',
  title: 'emit, 1 handler, beside so many patterns that don’t hear it',
  unit: 'ns',
  group: 'growth',
  reference: 'eventemitter2-wildcard',
  contenders: ['eventemitter2-wildcard', 'bus-bare', 'bus-full'],
  sizes: GROWTH,
  prepare: (setting) =>
    emitBeside(setting, (bus, number, handlers) => bus.on(`cart:c${number}:*`, handlers.sync())),
};
