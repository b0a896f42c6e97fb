import { DATA } from './handlers.mjs';

/**
 * Who can be subscribed to while the application runs, and be left again. Whoever uses @nestjs/event-emitter calls `on` and `off` of the
 * eventemitter2 that is injected; what a Nest application itself subscribes is found at its start (`discovery`).
 */
export const SUBSCRIBED = [
  'plain-loop',
  'node-events',
  'eventemitter3',
  'eventemitter2',
  'hookable',
  'rxjs',
  'bus-bare',
  'bus-full',
];

/**
 * Prepares that one subscription after the other ends, and the same handler subscribes again. That all of them are there after as many
 * rounds is checked once, before.
 *
 * @param patterns of the subscriptions, one each
 * @param emitted a topic that is emitted after each change
 * @param heardBy how many of them hear it
 */
export async function comeAndGo({ contender, handlers, patterns, emitted, heardBy = 0 }) {
  const bus = await contender.create();
  const live = patterns.map((pattern) => {
    const handler = handlers.sync();
    return { pattern, handler, off: bus.on(pattern, handler) };
  });
  let next = 0;
  const run = (n) => {
    for (let count = 0; count < n; count++) {
      const one = live[next];
      one.off();
      one.off = bus.on(one.pattern, one.handler);
      if (emitted !== undefined) bus.emit(emitted, DATA);
      if (++next === live.length) next = 0;
    }
  };
  run(2 * live.length);
  const topics = new Set(patterns.map((pattern) => pattern.replaceAll('*', 'event')));
  const calls = handlers.calls;
  for (const topic of topics) bus.emit(topic, DATA);
  if (handlers.calls - calls !== live.length) throw new Error('Not everybody who came back is there.');
  return { bus, run, callsPerRun: heardBy };
}
