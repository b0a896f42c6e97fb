import { growthOf } from '../harness/heap.mjs';
import { DATA } from '../harness/handlers.mjs';

/**
 * What a topic leaves behind that was emitted once, as those made of ids: its text included, where that is kept. With one handler that hears
 * all topics, but for emitters without wildcards. What is kept is bounded if a million leave little more than ten thousand.
 */
export const scenario = {
  name: 'memory-topic',
  title: 'memory that a topic leaves behind, after so many were emitted once',
  unit: 'bytes',
  group: 'memory',
  contenders: [
    'node-events',
    'eventemitter3',
    'eventemitter2',
    'eventemitter2-wildcard',
    'bus-bare',
    'bus-full',
  ],
  sizes: [10_000, 1_000_000],
  fresh: true,
  rounds: 2,
  async prepare({ contender, handlers, size }) {
    const bus = await contender.create();
    bus.on('**', handlers.sync());
    const emit = (prefix, count) => {
      for (let number = 0; number < count; number++) bus.emit(`${prefix}:${number}.placed`, DATA);
    };
    emit('warm', 1_000);
    // Emitters without wildcards take it for the name of another topic.
    const callsPerEmit = handlers.calls / 1_000;
    return {
      async measure() {
        const { calls } = handlers;
        const growth = await growthOf(() => emit('order', size));
        if (handlers.calls - calls !== callsPerEmit * size) throw new Error('Not every event was heard.');
        return growth / size;
      },
    };
  },
};
