import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';

async function failedReport() {
  const bus = new RootEventBus();
  bus.observe({ failed: () => {} });
  bus.on('order:placed', function pack() {
    throw new Error('no box');
  });
  return { bus, report: await bus.emitAsync('order:placed', { id: 1 }) };
}

describe('A report', () => {
  it('can be written as JSON, with handlers by name', async () => {
    const { report } = await failedReport();
    const written = JSON.parse(JSON.stringify(report)) as typeof report;
    expect(written).toMatchObject({
      delivered: 1,
      event: { topic: 'order:placed', data: { id: 1 } },
      failures: [{ phase: 'handler', handler: 'pack', subscriptionId: expect.stringMatching(/^sub-\d+$/) }],
    });
  });

  it('shows nothing of the engine on the console', async () => {
    const { report, bus } = await failedReport();
    expect(inspect(report, { depth: Infinity })).toContain("handler: 'pack'");
    expect(inspect(report, { depth: Infinity })).not.toContain('registry');
    expect(inspect(bus.as({}), { depth: Infinity })).not.toContain('registry');
  });
});
