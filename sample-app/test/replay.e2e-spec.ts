import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Subscription } from 'nestjs-event-bus';
import { replayExamples } from '../src/replay/replay-examples.js';
import { Hub } from './support/hub.js';

describe('The replay', () => {
  let hub: Hub;
  let printed: string;
  beforeAll(async () => {
    hub = await Hub.start();
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    printed = '';
    jest.spyOn(console, 'log').mockImplementation((text: string) => {
      printed += text;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const replay = (signal = new AbortController().signal) => replayExamples(hub.app, hub.url, signal);

  it('finds that all 329 recorded webhooks arrived, also on a second run against the same data', async () => {
    expect(await replay()).toBe(true);
    expect(await replay()).toBe(true);
    expect(printed).toContain('✓ 329 webhooks were sent and accepted');
    expect(await hub.auditLines()).toHaveLength(658);
  });

  it('finds an event that got lost', async () => {
    const remove = hub.bus.use((event) => (event.topic === 'github:release.edited' ? null : event));
    expect(await replay()).toBe(false);
    remove();
    expect(printed).toContain('✗ NOT SO: each of them became one event\n    github:release.edited: 0 events');
  });

  it('finds a handler that failed', async () => {
    const failing = hub.bus.on('github:gollum', () => {
      throw new Error('on purpose');
    });
    expect(await replay()).toBe(false);
    failing.unsubscribe();
    expect(printed).toContain(`${failing.label}: failed 3 times`);
  });

  it('finds a handler that was passed over', async () => {
    const late: Subscription = hub.bus.on('github:gollum', function late() {});
    late.pause();
    const resuming = hub.bus.on('github:gollum', () => late.resume());
    expect(await replay()).toBe(false);
    resuming.unsubscribe();
    late.unsubscribe();
    expect(printed).toContain('late: got 2 of 3');
  });

  it('finds counts in the database that the payloads don’t explain', async () => {
    const echo = hub.bus.on(
      'github:public',
      (payload) => hub.bus.emit('github:public', payload, { metadata: { deliveryId: 'of another sender' } }),
      { once: true },
    );
    expect(await replay()).toBe(false);
    echo.unsubscribe();
    expect(printed).toContain('github:public: counted ');
  });

  it('stops sending when it is interrupted, and what was accepted is handled', async () => {
    let accepted = 0;
    const stop = hub.bus.observe({
      emitted: ({ topic }) => void (topic.startsWith('github:') && accepted++),
    });
    const audited = (await hub.auditLines()).length;
    const interrupted = new AbortController();
    hub.bus.on('github:deployment.*', () => interrupted.abort(), { once: true });
    expect(await replay(interrupted.signal)).toBe(false);
    await hub.bus.idle();

    stop();
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(329);
    expect(await hub.auditLines()).toHaveLength(audited + accepted);
  });
});
