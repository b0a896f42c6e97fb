import { emitToQueues } from '../harness/queue-scenarios.mjs';

/** One event at a time to one queue that is empty, as most are: what it costs that a queue begins and ends its work. */
export const scenario = {
  name: 'queue-1',
  title: 'emit of one event at a time to 1 bounded queue, and delivery',
  unit: 'ns',
  group: 'queue',
  reference: 'ring-buffers',
  contenders: ['ring-buffers', 'bus-bare', 'bus-full', 'bus-nest'],
  prepare: (setting) => emitToQueues({ ...setting, queues: 1, burst: 1 }),
};
