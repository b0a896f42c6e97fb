import { HandlerApp } from './handler-app.mjs';

/** The same application without a bus: what is there anyway. */
export const noBus = {
  /** @param handlers where they are to stand */
  create(handlers = new HandlerApp()) {
    let app;
    return {
      on: (_, handler) => handlers.add(handler),
      start: async () => (app = await handlers.start()),
      close: () => app.close(),
    };
  },
};
