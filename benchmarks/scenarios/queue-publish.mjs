import { enveloped } from '../contenders/ring-buffers.mjs';
import { emitEach, emitToQueues } from '../harness/queue-scenarios.mjs';

const EVENTS = 200_000;
const WARM_UPS = 5;

/** As `queue-fan-out`, but what whoever emits waits for: the emits alone, without the deliveries. */
export const scenario = {
  name: 'queue-publish',
  title: 'emit in bursts of 1000 to 4 bounded queues, without delivery',
  unit: 'ns',
  group: 'queue',
  reference: 'ring-buffers',
  contenders: ['ring-buffers', 'ring-buffers-enveloped', 'bus-bare', 'bus-full', 'bus-nest'],
  variants: { 'ring-buffers-enveloped': enveloped },
  async prepare(setting) {
    const { run } = await emitToQueues({ ...setting, queues: 4, burst: 1_000 });
    const measure = async () => {
      let spent = 0;
      await run(EVENTS, (bus, size) => {
        const start = process.cpuUsage();
        emitEach(bus, size);
        const { user, system } = process.cpuUsage(start);
        spent += user + system;
      });
      return (spent * 1_000) / EVENTS;
    };
    for (let count = 0; count < WARM_UPS; count++) await measure();
    return { measure };
  },
};
