import { EventEmitter } from 'eventemitter3';

export const contender = {
  name: 'eventemitter3',
  title: 'eventemitter3',
  create() {
    const emitter = new EventEmitter();
    return {
      on(topic, handler) {
        emitter.on(topic, handler);
        return () => emitter.off(topic, handler);
      },
      emit: (topic, data) => emitter.emit(topic, data),
    };
  },
};
