import { emitBeside, GROWING, GROWTH } from '../harness/growth-scenarios.mjs';

/** A handler of another topic each. */
export const scenario = {
  name: 'growth-subscriptions',
  title: 'emit, 1 handler, beside so many handlers of other topics',
  unit: 'ns',
  group: 'growth',
  reference: 'plain-loop',
  contenders: GROWING,
  sizes: GROWTH,
  prepare: (setting) =>
    emitBeside(setting, (bus, number, handlers) => bus.on(`cart:event${number}`, handlers.sync())),
};
