import { describe, expect, it, jest } from '@jest/globals';
import { defineEvent, InvalidOptionError, InvalidPatternError, RootEventBus } from 'nestjs-event-bus/core';

const topics = (events: readonly { topic: string }[]) => events.map(({ topic }) => topic);

describe('The history', () => {
  it('keeps the last events, of which the oldest leaves first', () => {
    const bus = new RootEventBus({ history: { capacity: 3 } });
    for (let n = 0; n < 5; n++) bus.emit(`job:n${n}`);
    expect(topics(bus.history.recent())).toEqual(['job:n2', 'job:n3', 'job:n4']);
    expect(bus.history).toMatchObject({ size: 3, capacity: 3 });
    expect(bus.inspect().history).toEqual({ size: 3, capacity: 3 });
  });

  it('keeps 100 events unless told otherwise', () => {
    const bus = new RootEventBus();
    for (let n = 0; n < 150; n++) bus.emit('job:run', n);
    expect(bus.history.recent().map(({ data }) => data)).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 50),
    );
  });

  it('is looked through as it was, whatever a filter does to it', async () => {
    const bus = new RootEventBus({ history: { capacity: 3 } });
    for (let n = 0; n < 3; n++) bus.emit('job:run', n);
    const seen: unknown[] = [];
    const past = (act: () => void) =>
      bus.waitFor('job:run', {
        past: true,
        filter: (data) => {
          seen.push(data);
          act();
          return seen.length === 3;
        },
      });
    await past(() => bus.emit('job:noted'));
    expect(seen.splice(0)).toEqual([2, 1, 0]);
    bus.history.clear();
    for (let n = 0; n < 3; n++) bus.emit('job:run', n);
    await past(() => bus.history.clear());
    expect(seen).toEqual([2, 1, 0]);
  });

  it('of capacity 0 keeps nothing', () => {
    const bus = new RootEventBus({ history: { capacity: 0 } });
    bus.emit('job:run');
    expect(bus.history.recent()).toEqual([]);
    expect(bus.history.last('job:run')).toBeUndefined();
  });

  it('answers by pattern, by limit (the newest), by time, and by all of them', () => {
    const clock = jest.spyOn(Date, 'now');
    const bus = new RootEventBus();
    for (const [time, topic] of [
      [1000, 'job:run'],
      [2000, 'mail:sent'],
      [3000, 'job:done'],
      [4000, 'job:run'],
    ] as const) {
      clock.mockReturnValue(time);
      bus.emit(topic, time);
    }
    clock.mockRestore();
    const times = (query: Parameters<typeof bus.history.recent>[0]) =>
      bus.history.recent(query).map(({ timestamp }) => timestamp);
    expect(times({ pattern: 'job:*' })).toEqual([1000, 3000, 4000]);
    expect(times({ pattern: 'job:run' })).toEqual([1000, 4000]);
    expect(times({ limit: 2 })).toEqual([3000, 4000]);
    expect(times({ limit: 0 })).toEqual([]);
    expect(times({ since: 3000 })).toEqual([3000, 4000]);
    expect(times({ since: new Date(3001) })).toEqual([4000]);
    expect(times({ pattern: 'job:*', limit: 2, since: 1001 })).toEqual([3000, 4000]);
    expect(times({ pattern: 'job:run', limit: 1, since: 0 })).toEqual([4000]);
    expect(bus.history.last('job:*')?.timestamp).toBe(4000);
    expect(bus.history.last('mail:sent')?.timestamp).toBe(2000);
    expect(bus.history.last('never:sent')).toBeUndefined();
  });

  it('answers by the definition of an event, too', () => {
    const bus = new RootEventBus();
    const JobRun = defineEvent('job:run');
    const event = bus.emit(JobRun);
    bus.emit('job:other');
    expect(bus.history.last(JobRun)).toBe(event);
    expect(bus.history.recent({ pattern: JobRun })).toEqual([event]);
  });

  it('has an event before its handlers run, and forgets on clear()', () => {
    const bus = new RootEventBus();
    const sizes: number[] = [];
    bus.on('job:run', () => void sizes.push(bus.history.size));
    bus.emit('job:run');
    bus.history.clear();
    bus.emit('job:run');
    expect(sizes).toEqual([1, 1]);
  });

  it('answers with a list of its own, which changes nothing when it is changed', () => {
    const bus = new RootEventBus();
    bus.emit('job:run');
    bus.history.recent().length = 0;
    expect(bus.history.recent()).toHaveLength(1);
  });

  it('refuses a query that it can’t understand, and names what is wrong', () => {
    const { history } = new RootEventBus();
    expect(() => history.recent({ pattern: 'a b' })).toThrow(InvalidPatternError);
    expect(() => history.last('')).toThrow(InvalidPatternError);
    const bad = [
      { topic: 'job:run' },
      { limit: -1 },
      { limit: NaN },
      { limit: '5' },
      { since: 'yesterday' },
      { since: new Date('?') },
    ];
    for (const query of bad) {
      expect(() => history.recent(query as never)).toThrow(InvalidOptionError);
      expect(() => history.recent(query as never)).toThrow(Object.keys(query)[0]);
    }
  });
});
