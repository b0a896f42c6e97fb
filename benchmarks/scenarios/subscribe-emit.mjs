import { comeAndGo, SUBSCRIBED } from '../harness/subscribe-scenarios.mjs';

/** As `subscribe`, and an event after each change: what was made ready for emitting has to be made anew. */
export const scenario = {
  name: 'subscribe-emit',
  title: 'unsubscribe, subscribe and emit, with so many handlers on the topic',
  unit: 'ns',
  group: 'subscription',
  reference: 'eventemitter2',
  contenders: SUBSCRIBED,
  sizes: [1, 100, 1_000],
  prepare: (setting) =>
    comeAndGo({
      ...setting,
      patterns: Array.from({ length: setting.size }, () => 'order:placed'),
      emitted: 'order:placed',
      heardBy: setting.size,
    }),
};
