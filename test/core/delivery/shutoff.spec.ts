import { describe, expect, it } from '@jest/globals';
import { Shutoff } from '../../../src/core/delivery/shutoff.js';
import { recordedBus } from '../../support/recorded-bus.js';

describe('A shutoff', () => {
  it('tells its signal and everybody who still listens, once', () => {
    const shutoff = new Shutoff();
    const told: unknown[] = [];
    const gone = (): void => void told.push('gone');
    shutoff.add(gone);
    shutoff.add((reason) => told.push(reason));
    shutoff.delete(gone);
    shutoff.abort('end');
    shutoff.abort('again');
    expect(told).toEqual(['end']);
    expect(shutoff.signal).toMatchObject({ aborted: true, reason: 'end' });
    expect(shutoff.size).toBe(0);
  });

  it('lets a thousand handlers in flight listen to their signals without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const { bus } = recordedBus({ closeTimeout: 0 });
    for (const timeout of [Infinity, 60_000]) {
      bus.on(
        'job:run',
        (_data, _event, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(1))),
        { timeout, key: false },
      );
    }
    for (let n = 0; n < 1_000; n++) bus.emit('job:run');
    await new Promise((resolve) => setImmediate(resolve));
    await bus.close();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});
