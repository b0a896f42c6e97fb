import { EMITTERS } from '../contenders/groups.mjs';
import { DATA } from './handlers.mjs';

/** What grows beside an emit, from nothing to more than any application has. */
export const GROWTH = [0, 100, 10_000, 100_000];

/** Who lives in an application that Nest starts can't grow while it runs; and nothing is found out of who calls every handler for everything. */
export const GROWING = EMITTERS.filter((name) => !name.startsWith('nestjs-') && name !== 'bus-nest');

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
