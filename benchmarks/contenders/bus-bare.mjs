import { RootEventBus } from './built-bus.mjs';

/** Isolation and the envelope, and nothing that can be turned off. */
export const contender = {
  name: 'bus-bare',
  title: 'this bus, bare',
  create: () => busOf(new RootEventBus({ history: { capacity: 0 }, permissions: 'off', clock: 'coarse' })),
};

export function busOf(bus, root = bus) {
  return {
    bus,
    on(pattern, handler, options) {
      const subscription = bus.on(pattern, handler, options);
      return () => subscription.unsubscribe();
    },
    emit: (topic, data) => bus.emit(topic, data),
    emitAsync: (topic, data) => bus.emitAsync(topic, data),
    close: () => root.close(),
  };
}
