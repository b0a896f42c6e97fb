import eventemitter2 from 'eventemitter2';

export const contender = {
  name: 'eventemitter2',
  title: 'eventemitter2',
  create: (options = {}) => busOf(new eventemitter2.EventEmitter2({ ...options, maxListeners: 0 })),
};

export function busOf(emitter) {
  return {
    on(topic, handler) {
      emitter.on(topic, handler);
      return () => emitter.off(topic, handler);
    },
    emit: (topic, data) => emitter.emit(topic, data),
    emitAsync: (topic, data) => emitter.emitAsync(topic, data),
  };
}
