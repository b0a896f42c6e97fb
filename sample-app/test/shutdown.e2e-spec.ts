import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PGlite } from '@electric-sql/pglite';
import { Injectable, Module } from '@nestjs/common';
import { OnEvent } from 'nestjs-event-bus';
import { Hub } from './support/hub.js';
import { ServerSentEvents } from './support/server-sent-events.js';
import { temporaryDirectory } from './support/temporary-directory.js';

/** A handler that is not done before somebody lets it. */
@Injectable()
class Gate {
  readonly passed: string[] = [];
  open!: () => void;
  private readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  @OnEvent('github:ping', { queue: true })
  async pass(): Promise<void> {
    await this.opened;
    this.passed.push('handled');
  }
}

@Module({ providers: [Gate] })
class GateModule {}

describe('Shutting down', () => {
  it('waits for handlers at work, refuses what comes meanwhile, and ends live streams', async () => {
    const hub = await Hub.start({ imports: [GateModule] });
    const gate = hub.app.get(Gate, { strict: false });
    const listener = await ServerSentEvents.connect(`${hub.url}/events`);
    await hub.send('ping', {});

    const closed = hub.close().then(() => gate.passed.push('closed'));
    expect((await hub.send('ping', {})).status).toBe(503);
    gate.open();
    await closed;

    expect(gate.passed).toEqual(['handled', 'closed']);
    expect(await listener.next()).toMatchObject({ data: { topic: 'github:ping' } });
    expect(await listener.next()).toBeUndefined();
  });

  it('answers 503 where the bus has closed: what nobody would handle is not accepted', async () => {
    const hub = await Hub.start();
    await hub.bus.close();
    expect((await hub.send('ping', {})).status).toBe(503);
    await hub.close();
  });

  it('loses nothing that was accepted: it is in the database and in the audit log', async () => {
    const dataDirectory = await temporaryDirectory();
    const hub = await Hub.start({ dataDirectory });
    const payload = { repository: { full_name: 'o/r' } };
    const responses = await Promise.all(Array.from({ length: 50 }, () => hub.send('fork', payload)));
    const slow = await hub.sendSlowly('watch', payload);
    const closed = hub.close();
    const slowStatus = await slow.finish();
    await closed;

    expect([...responses.map(({ status }) => status), slowStatus]).toEqual(Array(51).fill(202));
    expect(await hub.auditLines()).toHaveLength(51);
    const database = await PGlite.create(join(dataDirectory, 'pglite'));
    const { rows } = await database.query('select repository, topic, count from repository_statistics');
    expect(rows).toEqual([
      { repository: 'o/r', topic: 'github:fork', count: 50 },
      { repository: 'o/r', topic: 'github:watch', count: 1 },
    ]);
    await database.close();
    await rm(dataDirectory, { recursive: true });
  });
});
