import { setTimeout as nodeSetTimeout } from 'node:timers';

/** Where timestamps come from. */
export type ClockName = 'exact' | 'coarse';

/** Node's own, as it is now: fake timers of a test must not stop the time, and may be there already. */
const setTimeout = nodeSetTimeout;

/** The time of which {@link coarseTime} was last told; 0 once that is too long ago. */
let recently = 0;
const forgetting = setTimeout(() => (recently = 0), 1).unref();

/**
 * The time in ms, which is read once a ms at most: to read it costs about as much as the rest of an emit. It is late by as much as
 * the event loop is.
 */
function coarseTime(): number {
  if (recently === 0) {
    recently = Date.now();
    forgetting.refresh();
  }
  return recently;
}

export const CLOCKS: Readonly<Record<ClockName, () => number>> = {
  exact: () => Date.now(),
  coarse: coarseTime,
};
