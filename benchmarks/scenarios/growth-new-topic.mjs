import { GROWTH } from '../harness/growth-scenarios.mjs';
import { DATA } from '../harness/handlers.mjs';

/** Topics that are made of ids: nothing about them is known before. One pattern hears them, the others are those of one cart each. */
export const scenario = {
  name: 'growth-new-topic',
  title: 'emit of a topic that was never emitted, beside so many patterns that don’t hear it',
  unit: 'ns',
  group: 'growth',
  reference: 'eventemitter2-wildcard',
  contenders: ['eventemitter2-wildcard', 'bus-bare', 'bus-full'],
  sizes: GROWTH,
  async prepare({ contender, handlers, size }) {
    const bus = await contender.create();
    bus.on('order:*', handlers.sync());
    for (let number = 0; number < size; number++) bus.on(`cart:c${number}:*`, handlers.sync());
    let emitted = 0;
    return {
      callsPerRun: 1,
      run(n) {
        for (let count = 0; count < n; count++) bus.emit(`order:o${emitted++}`, DATA);
      },
    };
  },
};
