import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  BusClosedError,
  InvalidArgumentError,
  InvalidPatternError,
  RootEventBus,
  WaitTimeoutError,
} from 'nestjs-event-bus/core';
import { collectProcessFaults } from '../../support/process-faults.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => {
  faults.stop();
  jest.useRealTimers();
});

describe('waitFor', () => {
  it('resolves with the next event that matches, and with no earlier or later one', async () => {
    const bus = new RootEventBus();
    bus.emit('job:done', 'before');
    const waiting = bus.waitFor('job:*');
    bus.emit('mail:sent');
    const event = bus.emit('job:done', 'next');
    bus.emit('job:done', 'after');
    expect(await waiting).toBe(event);
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('waits for an event that its filter accepts', async () => {
    const bus = new RootEventBus();
    const waiting = bus.waitFor('job:done', { filter: (n: number) => n > 1 });
    for (const n of [1, 2, 3]) bus.emit('job:done', n);
    expect((await waiting).data).toBe(2);
  });

  it('rejects with what its filter throws, at no one else’s cost', async () => {
    const bus = new RootEventBus();
    const other = jest.fn();
    const waiting = bus.waitFor('job:done', {
      filter: () => {
        throw new Error('filter');
      },
    });
    bus.on('job:done', other);
    const report = await bus.emitAsync('job:done');
    await expect(waiting).rejects.toThrow('filter');
    expect(report).toMatchObject({ delivered: 1, failures: [] });
    expect(other).toHaveBeenCalledTimes(1);
  });

  it('rejects when its filter returns a promise, which says nothing about the event', async () => {
    const bus = new RootEventBus();
    const waiting = bus.waitFor('job:done', { filter: (() => Promise.reject(new Error('late'))) as never });
    bus.emit('job:done');
    await expect(waiting).rejects.toThrow(InvalidArgumentError);
    expect(await faults.settled()).toEqual([]);
  });

  it('with past: true also accepts the last one that already happened', async () => {
    const bus = new RootEventBus();
    bus.emit('job:done', 1);
    const last = bus.emit('job:done', 2);
    expect(await bus.waitFor('job:*', { past: true })).toBe(last);

    const picky = bus.waitFor('job:*', { past: true, filter: (n: number) => n > 2 });
    const next = bus.emit('job:done', 3);
    expect(await picky).toBe(next);
    expect(bus.inspect().subscriptions).toEqual([]);
  });

  it('gives up after 30 seconds, or after its timeout, with an error that says what to try', async () => {
    jest.useFakeTimers();
    const bus = new RootEventBus();
    const usual = bus.waitFor('job:done');
    const short = bus.waitFor('job:done', { timeout: 50 });
    const endless = bus.waitFor('job:done', { timeout: Infinity });
    jest.advanceTimersByTime(50);
    await expect(short).rejects.toThrow(WaitTimeoutError);
    await expect(short).rejects.toThrow('past: true');
    jest.advanceTimersByTime(29_949);
    expect(bus.inspect().subscriptions).toHaveLength(2);
    jest.advanceTimersByTime(1);
    await expect(usual).rejects.toThrow(WaitTimeoutError);
    jest.advanceTimersByTime(1e9);
    const event = bus.emit('job:done');
    expect(await endless).toBe(event);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('that was given up ends nothing when nobody handles it', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const bus = new RootEventBus();
    void bus.waitFor('job:done', { timeout: 50 });
    void bus.waitFor('job:done', { signal: AbortSignal.abort() });
    void bus.waitFor('job:done');
    jest.advanceTimersByTime(50);
    await bus.close();
    expect(await faults.settled()).toEqual([]);
  });

  it('rejects with the reason of its signal, also of one that was aborted before, and listens no longer', async () => {
    jest.useFakeTimers();
    const bus = new RootEventBus();
    const controller = new AbortController();
    const waiting = bus.waitFor('job:done', { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(bus.waitFor('job:done', { signal: controller.signal })).rejects.toThrow('enough');
    expect(bus.inspect().subscriptions).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves its signal alone once it is answered', async () => {
    const bus = new RootEventBus();
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    const waiting = bus.waitFor('job:done', { signal });
    bus.emit('job:done');
    await waiting;
    expect(removed.mock.calls).toEqual(added.mock.calls.map(([name, listener]) => [name, listener]));
  });

  it('rejects when the bus or its scope closes, since nothing can come any more', async () => {
    const bus = new RootEventBus();
    const inScope = bus.scope('tenant').waitFor('job:done');
    bus.closeScope('tenant');
    await expect(inScope).rejects.toThrow(BusClosedError);
    const waiting = bus.waitFor('job:done');
    await bus.close();
    await expect(waiting).rejects.toThrow(BusClosedError);
    await expect(bus.waitFor('job:done')).rejects.toThrow(BusClosedError);
  });

  it('is no work in flight: idle does not wait for it', async () => {
    const bus = new RootEventBus();
    void bus.waitFor('job:done');
    await bus.idle();
    await bus.close();
  });

  it('throws at once for a pattern that is none', () => {
    expect(() => new RootEventBus().waitFor('a b')).toThrow(InvalidPatternError);
  });

  it('accepts the last event of the past that passes the filter, not only the newest', async () => {
    const bus = new RootEventBus();
    bus.emit('job:done', { id: 5 });
    bus.emit('job:done', { id: 6 });
    const filter = ({ id }: { id: number }): boolean => id === 5;
    const event = await bus.waitFor('job:done', { past: true, filter, timeout: 0 });
    expect(event.data).toEqual({ id: 5 });
    const replayed = jest.fn();
    bus.on('job:done', replayed, { replay: 'last', filter });
    expect(replayed.mock.calls.map(([data]) => data)).toEqual([{ id: 5 }]);
  });
});
