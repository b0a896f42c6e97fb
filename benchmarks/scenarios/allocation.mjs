import { ALLOCATION_FLAGS, allocationOf } from '../harness/allocation.mjs';
import { EMITTERS } from '../contenders/groups.mjs';
import { emitToEach, roundOf, topicNames } from '../harness/emit-scenarios.mjs';

export const scenario = {
  name: 'allocation',
  title: 'bytes allocated by an emit, 1 handler',
  unit: 'bytes',
  group: 'memory',
  contenders: EMITTERS,
  flags: ALLOCATION_FLAGS,
  async prepare(setting) {
    const topics = topicNames(50);
    const { bus, callsPerRun } = await emitToEach({ ...setting, topics, perTopic: 1 });
    // All at once: between bursts, promises of the harness would be counted.
    const run = roundOf(bus, topics, Infinity);
    return { measure: await allocationOf({ run, callsPerRun }, setting.handlers) };
  },
};
