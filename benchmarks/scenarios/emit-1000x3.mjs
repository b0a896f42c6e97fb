import { EMITTERS } from '../contenders/groups.mjs';
import { emitToEach, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'emit-1000x3',
  title: 'emit, 1000 topics with 3 handlers each',
  unit: 'ns',
  group: 'emit',
  reference: 'plain-loop',
  contenders: EMITTERS,
  prepare: (setting) => emitToEach({ ...setting, topics: topicNames(1_000), perTopic: 3 }),
};
