import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '../support/app-process.js';
import { transpileApp } from '../support/transpiled-app.js';

const { folder, program } = transpileApp('nest/shutdown-app.ts');
afterAll(() => rmSync(folder, { recursive: true }));

/** Nest shuts down by a signal and then sends it to the process once more, which ends it. */
const BY_SIGTERM = { code: null, signal: 'SIGTERM' };

function start(KIND: string, TOPICS: string, closeTimeout = 60_000): Promise<AppProcess> {
  return AppProcess.start(program, { KIND, TOPICS, CLOSE_TIMEOUT: String(closeTimeout) });
}

describe('An application that gets a signal', () => {
  it.each(['server', 'context', 'hybrid', 'microservice'])(
    'finishes what is in flight while what handlers need is open, says so in the log, and ends: %s',
    async (kind) => {
      const app = await start(kind, 'job:run,job:run,job:run');
      app.signal('SIGTERM');
      await app.until(() => app.count('SIGTERM') === 1);
      app.send('release');
      expect(await app.ended).toEqual(BY_SIGTERM);
      expect(app.told).toEqual(['ready', 'SIGTERM', 'job done', 'job done', 'job done', 'pool closed']);
      expect(app.log).toContain('The event bus closed: 3 drained, 0 aborted, 0 events dropped, 0 refused');
      expect(app.log).not.toMatch(/ERROR|WARN/);
    },
  );

  it.each(['server', 'context'])(
    'goes on finishing when it gets a second one, of any kind: %s',
    async (kind) => {
      const app = await start(kind, 'job:run');
      for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) {
        const before = app.told.length;
        app.signal(signal);
        await app.until(() => app.told.length > before);
      }
      app.send('release');
      await app.ended;
      expect(app.told).toEqual(['ready', 'SIGTERM', 'SIGTERM', 'SIGINT', 'job done', 'pool closed']);
      expect(app.log.match(/The event bus closed/g)).toHaveLength(1);
    },
  );

  it.each(['server', 'context'])(
    'aborts at the timeout what hangs, names it in the log, and ends: %s',
    async (kind) => {
      const app = await start(kind, 'job:hang', 200);
      app.signal('SIGTERM');
      expect(await app.ended).toEqual(BY_SIGTERM);
      expect(app.told).toEqual(['ready', 'SIGTERM', 'pool closed', 'aborted']);
      expect(app.log).toMatch(/WARN.*JobsModule\/Jobs\.hang/);
      expect(app.log).toContain('The event bus closed: 0 drained, 1 aborted, 0 events dropped, 0 refused');
    },
  );

  it.each(['server', 'context'])('goes on finishing when app.close() was called before: %s', async (kind) => {
    const app = await start(kind, 'job:run');
    app.send('close');
    await app.until(() => app.count('close()') === 1);
    app.signal('SIGTERM');
    await app.until(() => app.count('SIGTERM') === 1);
    app.send('release');
    expect(await app.ended).toEqual(BY_SIGTERM);
    // Some versions of Nest run the hooks for both.
    expect([...new Set(app.told)]).toEqual(['ready', 'close()', 'SIGTERM', 'job done', 'pool closed']);
    expect(app.count('job done')).toBe(1);
    expect(app.log.match(/The event bus closed/g)).toHaveLength(1);
  });
});
