import { ALLOCATION_FLAGS, allocationOf } from '../harness/allocation.mjs';
import { EMITTERS } from '../contenders/groups.mjs';
import { emitToEach, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'allocation',
  title: 'bytes allocated by an emit, 1 handler',
  unit: 'bytes',
  group: 'memory',
  contenders: EMITTERS,
  flags: ALLOCATION_FLAGS,
  async prepare(setting) {
    const emitting = await emitToEach({ ...setting, topics: topicNames(50), perTopic: 1 });
    return { measure: await allocationOf(emitting, setting.handlers) };
  },
};
