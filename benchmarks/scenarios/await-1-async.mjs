import { AWAITED } from '../contenders/groups.mjs';
import { emitAsyncToEach, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'await-1-async',
  title: 'awaited emit, 1 async handler',
  unit: 'ns',
  group: 'emit',
  reference: 'plain-loop',
  contenders: AWAITED,
  prepare: (setting) => emitAsyncToEach({ ...setting, topics: topicNames(50), perTopic: 1, isAsync: true }),
};
