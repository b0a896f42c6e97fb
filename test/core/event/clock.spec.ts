import { setTimeout as later } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { InvalidOptionError, RootEventBus } from 'nestjs-event-bus/core';

afterEach(() => void jest.restoreAllMocks());

/** Waits until the coarse clock has been told of the time that `Date.now` gives out. */
async function untilTold(bus: RootEventBus, time: number): Promise<void> {
  while (bus.emit('clock:asked').timestamp !== time) await later(1);
}

describe('The clock of events', () => {
  it('is exact unless asked otherwise: read at each emit', () => {
    const now = jest.spyOn(Date, 'now');
    const bus = new RootEventBus();
    for (const time of [1_000, 1_001, 999]) {
      now.mockReturnValue(time);
      expect(bus.emit('job:run').timestamp).toBe(time);
    }
  });

  it('that is coarse is read once in a turn of the event loop at most, and soon again', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(5_000);
    const bus = new RootEventBus({ clock: 'coarse' });
    await untilTold(bus, 5_000);
    await later(5);
    now.mockClear();
    for (let count = 0; count < 1_000; count++) expect(bus.emit('job:run').timestamp).toBe(5_000);
    expect(now).toHaveBeenCalledTimes(1);

    now.mockReturnValue(5_017);
    await untilTold(bus, 5_017);
  });

  it('that is coarse goes on under fake timers', async () => {
    jest.useFakeTimers({ now: 7_000 });
    try {
      const bus = new RootEventBus({ clock: 'coarse' });
      await untilTold(bus, 7_000);
      jest.setSystemTime(8_000);
      await untilTold(bus, 8_000);
    } finally {
      jest.useRealTimers();
    }
  });

  it('has no other names', () => {
    expect(() => new RootEventBus({ clock: 'fine' as 'exact' })).toThrow(InvalidOptionError);
  });
});
