import { growthOf } from '../harness/heap.mjs';
import { SUBSCRIBED } from '../harness/subscribe-scenarios.mjs';

const SUBSCRIPTIONS = 100_000;

/**
 * What a subscription adds, so many of which share a topic: all that is there once 100,000 handlers are subscribed and was not before, topics'
 * own structures included, over 100,000. Not counted are the handlers and the texts of the topics, which were made before. A subscription
 * object is among it where `on` returns one (rxjs, this bus), whether somebody keeps it or not.
 */
export const scenario = {
  name: 'memory-subscription',
  title: 'memory of a subscription, so many of which share a topic',
  unit: 'bytes',
  group: 'memory',
  reference: 'eventemitter3',
  contenders: SUBSCRIBED,
  sizes: [1, 10, 30, 100_000],
  fresh: true,
  rounds: 2,
  async prepare({ contender, size }) {
    const topics = Array.from(
      { length: SUBSCRIPTIONS / size },
      (_, number) => `domain${number % 10}:event${number}`,
    );
    // As keys of this they are what they become as keys of a contender.
    const known = new Set(topics);
    const handlers = Array.from({ length: SUBSCRIPTIONS }, (_, number) => () => number);
    const bus = await contender.create();
    for (let number = 0; number < 1_000; number++) bus.on(`warm:up${number % 100}`, () => number);
    return {
      async measure() {
        const growth = await growthOf(() => {
          for (const [number, handler] of handlers.entries()) bus.on(topics[number % topics.length], handler);
        });
        if (known.size !== topics.length || handlers.length !== SUBSCRIPTIONS)
          throw new Error('Something is gone.');
        return growth / SUBSCRIPTIONS;
      },
    };
  },
};
