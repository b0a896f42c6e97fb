import { contender as bare } from '../contenders/bus-bare.mjs';
import { roundOf, topicNames } from '../harness/emit-scenarios.mjs';

const TOPICS = topicNames(1_000, 10);
const DOMAINS = [...new Set(TOPICS.map((topic) => topic.split(':')[0]))];

/** 1,000 topics, heard by 10 patterns: one handler for each event. */
export const scenario = {
  name: 'wildcards',
  title: 'emit, 10 patterns over 1000 topics',
  unit: 'ns',
  group: 'emit',
  reference: 'exact topics',
  contenders: [
    'exact topics',
    'eventemitter2-wildcard',
    'nestjs-event-emitter-wildcard',
    'bus-bare',
    'bus-full',
    'bus-nest',
  ],
  variants: {
    /** What the patterns come to, written out: a handler for each of 10 domains, subscribed to each of its topics. */
    'exact topics': { ...bare, isExact: true },
  },
  prepare: async ({ contender, handlers }) => {
    const bus = await contender.create();
    for (const domain of DOMAINS) {
      const handler = handlers.sync();
      const topics = contender.isExact
        ? TOPICS.filter((topic) => topic.startsWith(`${domain}:`))
        : [`${domain}:*`];
      for (const topic of topics) bus.on(topic, handler);
    }
    await bus.start?.();
    return { callsPerRun: 1, run: roundOf(bus, TOPICS) };
  },
};
