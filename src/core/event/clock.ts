import { setTimeout as nodeSetTimeout } from 'node:timers';

/** Where timestamps come from. */
export type ClockName = 'exact' | 'coarse';

/** Node's own, as it is now: fake timers of a test must not stop the time, and may be there already. */
const setTimeout = nodeSetTimeout;

/** The time that was read last; 0 once that is too long ago. */
let recently = 0;
const forgetting = setTimeout(() => (recently = 0), 1).unref();

/**
 * The time in ms, which is read once a ms at most: to read it costs about as much as the rest of an emit. It is late by as much as
 * the event loop is, but no earlier than what {@link exactTime} answered last.
 */
export function coarseTime(): number {
  return recently === 0 ? exactTime() : recently;
}

function exactTime(): number {
  if (recently === 0) forgetting.refresh();
  return (recently = Date.now());
}

export const CLOCKS: Readonly<Record<ClockName, () => number>> = {
  exact: exactTime,
  coarse: coarseTime,
};
