/* oxlint-disable typescript/no-misused-spread -- that a spread keeps an event whole is a promise */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BusEvent, RootEventBus } from 'nestjs-event-bus/core';
import { nextEventId } from '../../../src/core/event/event-id.js';

afterEach(() => void jest.restoreAllMocks());

const FIELDS = [
  'id',
  'topic',
  'data',
  'timestamp',
  'source',
  'correlationId',
  'metadata',
  'scope',
  'causationId',
];

function eventWithAll(): BusEvent {
  const bus = new RootEventBus();
  const cause = bus.emit('order:placed');
  const scope = bus.as({ module: 'Payments', class: 'Cashier' }).scope('tenant');
  return scope.emit('payment:captured', { amount: 5 }, { causedBy: cause, metadata: { locale: 'de' } });
}

describe('An event', () => {
  it('is an envelope with id, topic, data, time, source, scope, causes and metadata', () => {
    jest.spyOn(Date, 'now').mockReturnValue(1234);
    const event = eventWithAll();
    expect(event).toBeInstanceOf(BusEvent);
    expect(event).toMatchObject({
      topic: 'payment:captured',
      data: { amount: 5 },
      timestamp: 1234,
      source: 'Payments/Cashier',
      scope: 'tenant',
      metadata: { locale: 'de' },
    });
    expect(event.causationId).toBe(event.correlationId);
    expect(event.causationId).not.toBe(event.id);
  });

  it('has all of them as own properties, so that a spread keeps it whole', () => {
    const event = eventWithAll();
    expect(Object.keys(event)).toEqual(FIELDS);
    expect({ ...event }).toEqual({ ...event, id: event.id, data: { amount: 5 } });
    expect(Object.keys({ ...event })).toEqual(FIELDS);
    // What nobody gave is absent, but for the source, which an application always has.
    const { scope: _, causationId: __, ...others } = { ...event };
    expect(Object.keys(new RootEventBus().emit('job:run'))).toEqual(Object.keys(others));
  });

  it('survives structuredClone with the same id and all fields', () => {
    const event = eventWithAll();
    expect(structuredClone(event)).toEqual({ ...event });
  });

  it('survives JSON with the same id and all fields', () => {
    const event = eventWithAll();
    expect(JSON.parse(JSON.stringify(event))).toEqual({ ...event });
  });

  it('leaves out of JSON what is absent', () => {
    const event = new RootEventBus().emit('job:run', 1);
    const { id, timestamp } = event;
    expect(JSON.parse(JSON.stringify(event))).toEqual({
      id,
      topic: 'job:run',
      data: 1,
      timestamp,
      correlationId: id,
      metadata: {},
    });
  });
});

describe('Ids of events', () => {
  it('are unique, and sort in the order of emission, over 100,000 of them', () => {
    const bus = new RootEventBus({ history: { capacity: 0 } });
    const ids = Array.from({ length: 1e5 }, () => bus.emit('job:run').id);
    expect(new Set(ids).size).toBe(1e5);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('do so also while the clock stands still, and when it is set back', () => {
    const clock = jest.spyOn(Date, 'now');
    const bus = new RootEventBus({ history: { capacity: 0 } });
    const start = Date.parse('2040-01-01');
    const ids: string[] = [];
    for (const time of [start, start + 1, start - 3_600_000, start - 1, start + 2, 0, start + 3]) {
      clock.mockReturnValue(time);
      for (let n = 0; n < 5000; n++) ids.push(bus.emit('job:run').id);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('keep their order and length when a clock that was set back stands still for very long', () => {
    const start = Date.parse('2041-01-01');
    const all = 36 ** 3 * 1024;
    let last = nextEventId(start);
    const length = last.length;
    const samples = [last];
    for (let n = 1; n <= all + 1024; n++) {
      last = nextEventId(0);
      if (n % 1_000_003 === 0 || n > all - 2) samples.push(last);
    }
    expect(samples.toSorted()).toEqual(samples);
    expect(samples.filter((id) => id.length !== length)).toEqual([]);
  });

  it('are alike: 22 lower-case letters and digits', () => {
    const bus = new RootEventBus();
    for (let n = 0; n < 3000; n++) expect(bus.emit('job:run').id).toMatch(/^[0-9a-z]{22}$/);
  });

  it('are shared by no two buses of a process', () => {
    const buses = Array.from({ length: 10 }, () => new RootEventBus());
    const ids = buses.flatMap((bus) => Array.from({ length: 100 }, () => bus.emit('job:run').id));
    expect(new Set(ids).size).toBe(1000);
  });
});
