const NO_METADATA = Object.freeze({});
/** The same for all events: who reads a clock pays for that, too. */
const NOW = Date.now();

/** An id is one concatenation, of the number of a block and its place in it. */
const PLACES = Array.from({ length: 1_000 }, (_, place) => `-${place}`);

class Event {
  constructor(id, topic, data) {
    this.id = id;
    this.topic = topic;
    this.data = data;
    this.timestamp = NOW;
    this.source = undefined;
    this.correlationId = id;
    this.metadata = NO_METADATA;
  }
}

/**
 * The least that a bus takes which keeps handlers apart, gives each event an envelope and counts. It knows no patterns, rights, queues,
 * scopes, history, middleware or shutdown, and doesn't ask for any: how much of what this bus takes is due to those.
 */
export const contender = {
  name: 'minimal-bus',
  title: 'a minimal bus',
  create() {
    const topics = new Map();
    let emitted = 0;
    let failed = 0;
    let block = 'event-0';
    const eventOf = (topic, data) => {
      const place = emitted++ % PLACES.length;
      if (place === 0) block = `event-${emitted}`;
      return new Event(block + PLACES[place], topic, data);
    };
    return {
      on(topic, handler) {
        const subscriptions = topics.get(topic) ?? [];
        topics.set(topic, [...subscriptions, { handler, delivered: 0 }]);
      },
      emit(topic, data) {
        const event = eventOf(topic, data);
        const subscriptions = topics.get(topic);
        for (let at = 0; at < subscriptions.length; at++) {
          const subscription = subscriptions[at];
          const { handler } = subscription;
          subscription.delivered++;
          try {
            const result = handler(data, event);
            if (isThenable(result)) void result.then(undefined, () => failed++);
          } catch {
            failed++;
          }
        }
        return event;
      },
      async emitAsync(topic, data) {
        const event = eventOf(topic, data);
        const results = [];
        const subscriptions = topics.get(topic);
        for (let at = 0; at < subscriptions.length; at++) {
          const subscription = subscriptions[at];
          const { handler } = subscription;
          subscription.delivered++;
          try {
            const result = handler(data, event);
            results.push(isThenable(result) ? await result : result);
          } catch {
            failed++;
          }
        }
        return { event, results };
      },
    };
  },
};

function isThenable(value) {
  return typeof value === 'object' && value !== null && typeof value.then === 'function';
}
