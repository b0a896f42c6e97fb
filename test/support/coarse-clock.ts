import { setTimeout as later } from 'node:timers/promises';
import { RootEventBus } from 'nestjs-event-bus/core';

const bus = new RootEventBus({ clock: 'coarse' });

/** Waits until the coarse clock has been told of the time that `Date.now` gives out. */
export async function untilTold(time: number): Promise<void> {
  while (bus.emit('clock:asked').timestamp !== time) await later(1);
}
