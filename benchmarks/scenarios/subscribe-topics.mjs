import { topicNames } from '../harness/emit-scenarios.mjs';
import { comeAndGo, SUBSCRIBED } from '../harness/subscribe-scenarios.mjs';

/** As `subscribe`, where each handler has a topic of its own: what is looked up is found among so many. */
export const scenario = {
  name: 'subscribe-topics',
  title: 'unsubscribe and subscribe, with so many topics of one handler each',
  unit: 'ns',
  group: 'subscription',
  reference: 'eventemitter2',
  contenders: SUBSCRIBED,
  sizes: [100, 10_000],
  prepare: (setting) => comeAndGo({ ...setting, patterns: topicNames(setting.size) }),
};
