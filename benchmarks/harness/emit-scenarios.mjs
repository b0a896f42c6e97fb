import { DATA } from './handlers.mjs';

/** Prepares emits that go round all topics, each of which has so many handlers of its own. */
export async function emitToEach({ contender, handlers, topics, perTopic, isAsync = false }) {
  const bus = await contender.create();
  for (const topic of topics) {
    for (let count = 0; count < perTopic; count++)
      bus.on(topic, isAsync ? handlers.async() : handlers.sync());
  }
  await bus.start?.();
  return { bus, callsPerRun: perTopic, run: roundOf(bus, topics) };
}

/** The same, each emit awaited. */
export async function emitAsyncToEach(setting) {
  const { bus, callsPerRun } = await emitToEach(setting);
  return { callsPerRun, run: awaitedRoundOf(bus, setting.topics) };
}

/**
 * As many events as come at once. Who makes promises of its handlers' results pays for them when it is done with the burst; without
 * an end to it, they pile up as in no application, and take four times as long.
 */
const BURST = 100;

/** Answers a function that emits so many events, in bursts, on one topic after the other. @param burst as many as come at once */
export function roundOf(bus, topics, burst = BURST) {
  let next = 0;
  return async (n) => {
    for (let count = 0; count < n;) {
      for (const end = Math.min(n, count + burst); count < end; count++) {
        bus.emit(topics[next], DATA);
        if (++next === topics.length) next = 0;
      }
      await Promise.resolve();
    }
  };
}

function awaitedRoundOf(bus, topics) {
  let next = 0;
  return async (n) => {
    for (let count = 0; count < n; count++) {
      await bus.emitAsync(topics[next], DATA);
      if (++next === topics.length) next = 0;
    }
  };
}

/** `domain0:event0`, `domain1:event1`, … @param domains how many domains they are spread over */
export function topicNames(count, domains = 10) {
  return Array.from({ length: count }, (_, number) => `domain${number % domains}:event${number}`);
}
