import { setTimeout as later } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { InvalidOptionError, RootEventBus } from 'nestjs-event-bus/core';
import { untilTold } from '../../support/coarse-clock.js';

afterEach(() => void jest.restoreAllMocks());

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
    await untilTold(5_000);
    await later(5);
    now.mockClear();
    for (let count = 0; count < 1_000; count++) expect(bus.emit('job:run').timestamp).toBe(5_000);
    expect(now).toHaveBeenCalledTimes(1);

    now.mockReturnValue(5_017);
    await untilTold(5_017);
  });

  it('that is coarse is told of each time that the exact one reads', async () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(6_000);
    await untilTold(6_000);
    for (const time of [6_010, 6_020]) {
      now.mockReturnValue(time);
      new RootEventBus().emit('job:run');
      expect(new RootEventBus({ clock: 'coarse' }).emit('job:run').timestamp).toBe(time);
    }
    now.mockReturnValue(6_030);
    await untilTold(6_030);
  });

  it('that is coarse goes on under fake timers', async () => {
    jest.useFakeTimers({ now: 7_000 });
    try {
      await untilTold(7_000);
      jest.setSystemTime(8_000);
      await untilTold(8_000);
    } finally {
      jest.useRealTimers();
    }
  });

  it('has no other names', () => {
    expect(() => new RootEventBus({ clock: 'fine' as 'exact' })).toThrow(InvalidOptionError);
  });
});
