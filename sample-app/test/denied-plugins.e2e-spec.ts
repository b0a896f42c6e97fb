import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { EventBusModule } from 'nestjs-event-bus';
import { loadPlugins } from '../src/plugin-host/load-plugins.js';
import { PLUGIN_GRANT } from '../src/plugin-host/plugin-host.module.js';

const PLUGINS = join(import.meta.dirname, 'support/plugins');

// The app reads this as soon as it is imported.
process.env['PLUGINS_DIR'] = join(PLUGINS, 'greedy');
const { Hub } = await import('./support/hub.js');

describe('A plugin', () => {
  it('that emits what the host doesn’t grant it is refused: nobody hears of it, and webhooks are taken as ever', async () => {
    const hub = await Hub.start();
    const opened = () => hub.bus.history.recent({ pattern: 'vault:opened', limit: 10 }).length;
    expect(opened()).toBe(1);
    expect((await hub.send('ping', {})).status).toBe(202);
    await hub.bus.idle();
    expect(opened()).toBe(1);
    expect((await hub.get('/dead-letters')).body).toMatchObject([
      {
        handler: 'GreedyPlugin/Greedy.onPing',
        error: expect.stringContaining('GreedyPlugin/Greedy may not emit "vault:opened"'),
      },
    ]);
    expect(await hub.auditLines()).toHaveLength(1);
    await hub.close();
  });

  it('that listens to what the host doesn’t grant it keeps the app from starting', async () => {
    const plugins = await loadPlugins(join(PLUGINS, 'eavesdropper'));
    const grants = plugins.map((plugin) => [plugin, PLUGIN_GRANT] as const);
    const testing = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ permissions: { grants }, logging: false }), ...plugins],
    }).compile();
    await expect(testing.init()).rejects.toThrow('EavesdropperPlugin/Eavesdropper.onVault');
  });

  it('has to export one thing, its module', async () => {
    await expect(loadPlugins(join(PLUGINS, 'nothing'))).rejects.toThrow(
      'nothing.plugin.ts has to export one thing: its module.',
    );
  });
});
