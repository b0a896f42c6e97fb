import { EMITTERS } from '../contenders/groups.mjs';
import { emitToEach, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'emit-1',
  title: 'emit, 1 handler (50 topics)',
  unit: 'ns',
  group: 'emit',
  reference: 'plain-loop',
  contenders: EMITTERS,
  prepare: (setting) => emitToEach({ ...setting, topics: topicNames(50), perTopic: 1 }),
};
