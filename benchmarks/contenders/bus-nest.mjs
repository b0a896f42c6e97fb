import { EventBus, EventBusModule, OnEvent } from './built-bus.mjs';
import { emitterModule, HandlerApp } from '../nest/handler-app.mjs';

/** What a user gets who writes no option. */
export const contender = {
  name: 'bus-nest',
  title: 'this bus, in a Nest app',
  create: () => busInNest(),
};

/**
 * `@OnEvent` methods hear what a provider emits on the bus that is injected into it.
 *
 * @param options those of `forRoot()`
 * @param handlers where they are to stand
 * @param decorateModule does what decorators of each module with handlers do
 */
export function busInNest(options, handlers = new HandlerApp(), decorateModule) {
  let app;
  let bus;
  return {
    on: (pattern, handler, given) => handlers.add(handler, OnEvent(pattern, given)),
    async start() {
      const { Emitter, module } = emitterModule(EventBus);
      app = await handlers.start([EventBusModule.forRoot(options), module], decorateModule);
      bus = app.get(Emitter).bus;
    },
    emit: (topic, data) => bus.emit(topic, data),
    emitAsync: (topic, data) => bus.emitAsync(topic, data),
    close: () => app.close(),
    get bus() {
      return bus;
    },
  };
}
