import { AWAITED } from '../contenders/groups.mjs';
import { emitAsyncToEach, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'await-10-async',
  title: 'awaited emit, 10 async handlers',
  unit: 'ns',
  group: 'emit',
  reference: 'plain-loop',
  contenders: AWAITED,
  prepare: (setting) => emitAsyncToEach({ ...setting, topics: topicNames(50), perTopic: 10, isAsync: true }),
};
