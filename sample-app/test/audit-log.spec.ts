import { readFile, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus';
import { AuditLog } from '../src/audit/audit-log.js';
import { DataDirectory } from '../src/settings/data-directory.js';
import { temporaryDirectory } from './support/temporary-directory.js';

describe('The audit log', () => {
  let path: string;
  let directory: DataDirectory;
  beforeEach(async () => {
    path = await temporaryDirectory();
    directory = await DataDirectory.open(path);
  });
  afterEach(() => rm(path, { recursive: true }));

  const event = () => new RootEventBus().emit('spec:audited');
  const lines = async () => (await readFile(directory.pathOf('audit.jsonl'), 'utf8')).split('\n').length - 1;

  it('goes on where an earlier run ended', async () => {
    for (let run = 1; run <= 2; run++) {
      const log = new AuditLog(directory);
      await log.onModuleInit();
      await log.onWebhook({}, event());
      await log.onApplicationShutdown();
      expect(await lines()).toBe(run);
    }
  });

  it('has every line on disk once it is shut down, also of handlers that nobody waited for', async () => {
    const log = new AuditLog(directory);
    await log.onModuleInit();
    for (let n = 0; n < 1000; n++) void log.onWebhook({}, event());
    await log.onApplicationShutdown();
    expect(await lines()).toBe(1000);
  });

  it('lets the handler fail when the line can’t be written', async () => {
    const log = new AuditLog(directory);
    await log.onModuleInit();
    await log.onApplicationShutdown();
    await expect(log.onWebhook({}, event())).rejects.toThrow('write after end');
  });

  it('keeps the app from starting where its file can’t be opened', async () => {
    const nowhere = await DataDirectory.open(`${path}/removed`);
    await rm(`${path}/removed`, { recursive: true });
    await expect(new AuditLog(nowhere).onModuleInit()).rejects.toThrow('ENOENT');
  });
});
