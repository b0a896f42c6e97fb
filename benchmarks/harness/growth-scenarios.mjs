import { DATA } from './handlers.mjs';

/** What grows beside an emit, to more than any application has. */
export const GROWTH = [1, 100, 10_000, 100_000];

/** The others look a topic up as these do; and who lives in an application that Nest starts can't grow while it runs. */
export const GROWING = ['plain-loop', 'eventemitter2', 'eventemitter2-wildcard', 'bus-bare', 'bus-full'];

/** Prepares the emit of one topic with one handler, beside much else. @param grow adds that, and calls no handler */
export async function emitBeside({ contender, handlers, size }, grow) {
  const bus = await contender.create();
  bus.on('order:placed', handlers.sync());
  for (let number = 0; number < size; number++) grow(bus, number, handlers);
  return {
    callsPerRun: 1,
    run(n) {
      for (let count = 0; count < n; count++) bus.emit('order:placed', DATA);
    },
  };
}
