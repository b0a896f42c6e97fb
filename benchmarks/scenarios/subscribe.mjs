import { comeAndGo, SUBSCRIBED } from '../harness/subscribe-scenarios.mjs';

/**
 * Of so many handlers of one topic, one after the other is unsubscribed and subscribed again: `subscription.unsubscribe()` and
 * `bus.on(topic, handler)`, for which emitters have `off(topic, handler)` and `on(topic, handler)`.
 */
export const scenario = {
  name: 'subscribe',
  title: 'unsubscribe and subscribe, with so many handlers on the topic',
  unit: 'ns',
  group: 'subscription',
  reference: 'eventemitter2',
  contenders: SUBSCRIBED,
  sizes: [1, 100, 10_000],
  prepare: (setting) =>
    comeAndGo({ ...setting, patterns: Array.from({ length: setting.size }, () => 'order:placed') }),
};
