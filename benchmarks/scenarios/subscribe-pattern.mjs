import { topicNames } from '../harness/emit-scenarios.mjs';
import { DATA } from '../harness/handlers.mjs';
import { comeAndGo } from '../harness/subscribe-scenarios.mjs';

/**
 * A handler of a pattern is unsubscribed and subscribed again among so many topics, each of which has a handler and has been emitted; none
 * is heard by the pattern. After each change one of them is emitted, so that what a change puts off is in it.
 */
export const scenario = {
  name: 'subscribe-pattern',
  title: 'unsubscribe and subscribe a pattern, and emit one of so many topics that it doesn’t hear',
  unit: 'ns',
  group: 'subscription',
  reference: 'eventemitter2-wildcard',
  contenders: ['eventemitter2-wildcard', 'bus-bare', 'bus-full'],
  sizes: [1, 100, 5_000],
  async prepare({ contender, handlers, size }) {
    const { bus, run: change } = await comeAndGo({ contender, handlers, patterns: ['other:*'] });
    const topics = topicNames(size, 10);
    for (const topic of topics) bus.on(topic, handlers.sync());
    for (const topic of topics) bus.emit(topic, DATA);
    let next = 0;
    return {
      callsPerRun: 1,
      run(n) {
        for (let count = 0; count < n; count++) {
          change(1);
          bus.emit(topics[next], DATA);
          if (++next === topics.length) next = 0;
        }
      },
    };
  },
};
