import { busOf } from './bus-bare.mjs';
import { RootEventBus } from './built-bus.mjs';

/** Everything on: an owner that is held to its rights, history, the real time, a middleware, and an observer of what goes wrong, as the log is. */
export const contender = {
  name: 'bus-full',
  title: 'this bus, everything on',
  create() {
    const root = new RootEventBus({ history: { capacity: 1_000 } });
    root.use((event) => event);
    let failures = 0;
    root.observe({ failed: () => failures++, warned: () => failures++ });
    const rights = { emits: ['**'], listens: ['**'] };
    return busOf(root.as({ module: 'BenchmarkModule', class: 'Emitter', rights }), root);
  },
};
