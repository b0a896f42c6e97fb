import { enveloped } from '../contenders/ring-buffers.mjs';
import { emitToQueues } from '../harness/queue-scenarios.mjs';

/**
 * Events in bursts of 1000 to the same 4 queues, until the last handler was called. None of the peers has queues, so the reference is
 * what someone writes who needs no more than that: four bounded rings of the data, each emptied by one microtask (see
 * contenders/ring-buffers.mjs). The second makes an object for each event too: what one costs that is kept and not let go of at once.
 */
export const scenario = {
  name: 'queue-fan-out',
  title: 'emit in bursts of 1000 to 4 bounded queues, and delivery',
  unit: 'ns',
  group: 'queue',
  reference: 'ring-buffers',
  contenders: ['ring-buffers', 'ring-buffers-enveloped', 'bus-bare', 'bus-full', 'bus-nest'],
  variants: { 'ring-buffers-enveloped': enveloped },
  prepare: (setting) => emitToQueues({ ...setting, queues: 4, burst: 1_000 }),
};
