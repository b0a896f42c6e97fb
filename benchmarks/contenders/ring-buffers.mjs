/**
 * What is left when a bounded queue does nothing but keep what it is given and call its handler later: for each handler a ring of
 * slots, and one microtask for each burst, which empties it. It isolates nobody, counts and names nothing, waits for no promise,
 * and gives the event loop no turn before all is done.
 */
export const contender = {
  name: 'ring-buffers',
  title: 'bare ring buffers',
  create: () => ringBuffers((_, data) => data),
};

/** The same, with an object around each event, as a bus makes one: its handlers are given the data, and that. */
export const enveloped = {
  title: 'bare ring buffers of envelopes',
  create() {
    let emitted = 0;
    const now = Date.now();
    return ringBuffers(
      (topic, data) => ({ id: `event-${++emitted}`, topic, data, timestamp: now }),
      (handler) => (event) => handler(event.data, event),
    );
  },
};

function ringBuffers(envelope, adapted = (handler) => handler) {
  const topics = new Map();
  return {
    on(topic, handler, { queue }) {
      const queues = topics.get(topic) ?? [];
      topics.set(topic, [...queues, new BoundedRing(adapted(handler), queue.capacity)]);
    },
    emit(topic, data) {
      const queues = topics.get(topic);
      const event = envelope(topic, data);
      for (let at = 0; at < queues.length; at++) queues[at].push(event);
    },
  };
}

class BoundedRing {
  #handler;
  #capacity;
  #slots;
  #head = 0;
  #size = 0;
  #isDraining = false;
  #drain = () => {
    while (this.#size > 0) this.#handler(this.#shift());
    this.#isDraining = false;
  };

  constructor(handler, capacity) {
    this.#handler = handler;
    this.#capacity = capacity;
    this.#slots = new Array(2 ** Math.ceil(Math.log2(capacity)));
  }

  push(event) {
    if (this.#size === this.#capacity) return;
    this.#slots[(this.#head + this.#size++) & (this.#slots.length - 1)] = event;
    if (this.#isDraining) return;
    this.#isDraining = true;
    void Promise.resolve().then(this.#drain);
  }

  #shift() {
    const event = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    return event;
  }
}
