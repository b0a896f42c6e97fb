import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { emitterModule, HandlerApp } from '../nest/handler-app.mjs';

/** `@OnEvent` methods hear what a provider emits on the emitter that is injected. */
export const contender = {
  name: 'nestjs-event-emitter',
  title: '@nestjs/event-emitter',
  /** @param handlers where they are to stand */
  create(options, handlers = new HandlerApp()) {
    let app;
    let emitter;
    return {
      on: (topic, handler) => handlers.add(handler, OnEvent(topic)),
      async start() {
        const { Emitter, module } = emitterModule(EventEmitter2);
        const emitters = EventEmitterModule.forRoot({ maxListeners: 0, ...options });
        app = await handlers.start([emitters, module]);
        emitter = app.get(Emitter).bus;
      },
      emit: (topic, data) => emitter.emit(topic, data),
      emitAsync: (topic, data) => emitter.emitAsync(topic, data),
      close: () => app.close(),
    };
  },
};
