import { EventEmitter } from 'node:events';

export const contender = {
  name: 'node-events',
  title: "Node's EventEmitter",
  create() {
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    return {
      on(topic, handler) {
        emitter.on(topic, handler);
        return () => emitter.off(topic, handler);
      },
      emit: (topic, data) => emitter.emit(topic, data),
    };
  },
};
