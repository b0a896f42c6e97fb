/** What is left when an event bus does nothing but find the handlers and call them: the limit. */
export const contender = {
  name: 'plain-loop',
  title: 'plain loop',
  create() {
    const topics = new Map();
    return {
      on(topic, handler) {
        const handlers = topics.get(topic) ?? [];
        topics.set(topic, handlers);
        handlers.push(handler);
        return () => handlers.splice(handlers.indexOf(handler), 1);
      },
      emit(topic, data) {
        const handlers = topics.get(topic);
        for (let at = 0; at < handlers.length; at++) handlers[at](data);
      },
      async emitAsync(topic, data) {
        for (const handler of topics.get(topic)) await handler(data);
      },
    };
  },
};
