import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { whenAborted } from '../../src/core/when-aborted.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('A signal', () => {
  it('has one listener of the bus, however many wait for it, and none once nobody does', () => {
    const { signal } = new AbortController();
    const forget = [1, 2, 3].map(() => whenAborted(signal, () => {}));
    expect(listeners(signal)).toBe(1);
    forget.pop()!();
    forget.pop()!();
    expect(listeners(signal)).toBe(1);
    forget[0]!();
    expect(listeners(signal)).toBe(0);
  });

  it('tells everybody who waits for it, once, in order, and nobody who gave up', () => {
    const controller = new AbortController();
    const told: string[] = [];
    whenAborted(controller.signal, () => told.push('first'));
    const forget = whenAborted(controller.signal, () => told.push('gone'));
    whenAborted(controller.signal, () => told.push('last'));
    forget();
    controller.abort();
    expect(told).toEqual(['first', 'last']);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('tells nobody who gives up because of who was told before', () => {
    const controller = new AbortController();
    const told: string[] = [];
    let forget = (): void => {};
    whenAborted(controller.signal, () => forget());
    forget = whenAborted(controller.signal, () => told.push('gone'));
    controller.abort();
    expect(told).toEqual([]);
  });

  it('tells the same listener as often as it waits, and forgets it once for each', () => {
    const controller = new AbortController();
    let told = 0;
    const listener = (): void => void told++;
    const forget = whenAborted(controller.signal, listener);
    whenAborted(controller.signal, listener);
    forget();
    forget();
    controller.abort();
    expect(told).toBe(1);
  });

  it('may be shared by a thousand waits of every kind, without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const bus = new RootEventBus();
    const controller = new AbortController();
    const { signal } = controller;
    bus.on('job:run', () => {}, { queue: { capacity: 1, overflow: 'wait' } }).pause();
    const waits = Array.from({ length: 1_000 }, () => [
      bus.emitAsync('job:run', undefined, { signal }),
      bus.waitFor('job:done', { signal }),
      bus.stream('job:done', { signal }).next(),
    ]).flat();
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners(signal)).toBe(1);
    controller.abort(new Error('enough'));
    const outcomes = await Promise.allSettled(waits);
    // One event found room, and a stream ends without an error.
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1_999);
    expect(listeners(signal)).toBe(0);
    expect(bus.inspect().subscriptions).toMatchObject([{ refused: 999, queue: { waiting: 1, blocked: 0 } }]);
    await bus.close();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
