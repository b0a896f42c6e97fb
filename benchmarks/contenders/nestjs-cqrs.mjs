import { CqrsModule, EventBus, EventsHandler } from '@nestjs/cqrs';
import { emitterModule, HandlerApp } from '../nest/handler-app.mjs';

/**
 * Events are known by their class and not by a topic: each topic has one, which the emit looks up as others look up their handlers.
 * Its handlers are classes, too. It has no emit that can be awaited: `publish()` answers before async handlers are done.
 */
export const contender = {
  name: 'nestjs-cqrs',
  title: '@nestjs/cqrs',
  create() {
    const events = new Map();
    const handlers = new HandlerApp(1);
    let app;
    let bus;
    return {
      on(topic, handler) {
        if (!events.has(topic)) events.set(topic, eventClass());
        const decorate = EventsHandler(events.get(topic));
        handlers.add(
          ({ data }) => handler(data),
          (prototype) => decorate(prototype.constructor),
          'handle',
        );
      },
      async start() {
        const { Emitter, module } = emitterModule(EventBus);
        app = await handlers.start([CqrsModule.forRoot(), module]);
        bus = app.get(Emitter).bus;
      },
      emit: (topic, data) => bus.publish(new (events.get(topic))(data)),
      close: () => app.close(),
    };
  },
};

function eventClass() {
  return class Event {
    constructor(data) {
      this.data = data;
    }
  };
}
