import { setImmediate as turn } from 'node:timers/promises';

const TOPIC = 'order:placed';
/** As many microtasks as it takes until a queue has delivered, if it may go on at once. */
const MICROTASKS = 3;
const SOON = Promise.resolve();

/** Prepares emits to so many queues, each of which has room for a burst. Who emits waits until a burst is delivered. */
export async function emitToQueues({ contender, handlers, queues, burst }) {
  const bus = await contender.create();
  for (let count = 0; count < queues; count++) {
    bus.on(TOPIC, handlers.sync(), { queue: { capacity: Math.max(1_000, burst) } });
  }
  await bus.start?.();
  return {
    callsPerRun: queues,
    run: async (n, emitBurst = emitEach) => {
      for (let left = n; left > 0; left -= burst) {
        const size = Math.min(burst, left);
        const expected = handlers.calls + size * queues;
        emitBurst(bus, size);
        for (let count = 0; handlers.calls < expected && count < MICROTASKS; count++) await SOON;
        for (let turns = 0; handlers.calls < expected; turns++) {
          if (turns > size * queues) throw new Error(`${expected - handlers.calls} events were lost.`);
          await turn();
        }
      }
    },
  };
}

/** Each event has data of its own, as in an application: what waits in a queue is kept, with its data. */
export function emitEach(bus, size) {
  for (let count = 0; count < size; count++) bus.emit(TOPIC, { count: 1, orderId: 'o-1', total: 99.5 });
}
