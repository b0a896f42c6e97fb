import { createHooks } from 'hookable';

export const contender = {
  name: 'hookable',
  title: 'hookable',
  create() {
    const hooks = createHooks();
    return {
      on: (topic, handler) => hooks.hook(topic, handler),
      // Synchronous handlers are called before it returns; the promise that it may return is dropped.
      emit: (topic, data) => void hooks.callHook(topic, data),
      emitAsync: (topic, data) => hooks.callHook(topic, data),
    };
  },
};
