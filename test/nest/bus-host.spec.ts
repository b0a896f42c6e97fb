import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BusHost } from '../../src/nest/bus-host.js';

describe('The host of the bus', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('logs nothing, not even failed handlers, with { logging: false }', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const { root, gate } = new BusHost({ logging: false });
    gate.open();
    root.on('order:placed', () => {
      throw new Error('no stock');
    });
    root.track('sync', Promise.reject(new Error('no network')));
    const report = await root.emitAsync('order:placed');
    await root.idle();
    expect(report.failures).toHaveLength(1);
    expect(printed).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
  });
});
