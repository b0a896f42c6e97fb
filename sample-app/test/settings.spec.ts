import { rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Settings } from '../src/settings/settings.js';
import { temporaryDirectory } from './support/temporary-directory.js';

describe('Settings from the environment', () => {
  it('have defaults for development, with a secret of their own for each start', () => {
    const first = Settings.fromEnvironment({});
    expect(first).toMatchObject({
      port: 3000,
      dataDirectory: resolve('sample-app/data'),
      databaseUrl: undefined,
    });
    const random = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(first.vault).toEqual({ secrets: { webhookSecret: random, adminToken: random } });
    expect(Settings.fromEnvironment({}).vault).not.toEqual(first.vault);
  });

  it('take what is set, and an empty variable for one that is not', () => {
    const env = {
      PORT: '0',
      DATA_DIR: '/data',
      DATABASE_URL: 'postgres://db/hub',
      GITHUB_WEBHOOK_SECRET: 's',
      ADMIN_TOKEN: 't',
    };
    expect(Settings.fromEnvironment(env)).toEqual(
      new Settings(0, '/data', 'postgres://db/hub', { secrets: { webhookSecret: 's', adminToken: 't' } }),
    );
    expect(Settings.fromEnvironment({ PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it('want the real secret in production', () => {
    expect(() => Settings.fromEnvironment({ NODE_ENV: 'production' })).toThrow('GITHUB_WEBHOOK_SECRET');
  });

  it('name a sealed vault, with its key, or the file of its key, or none: then a person has it', async () => {
    const file = join(await temporaryDirectory(), 'key');
    await writeFile(file, 'from a file\n');
    const vault = (env: NodeJS.ProcessEnv) =>
      Settings.fromEnvironment({ VAULT_FILE: '/v', NODE_ENV: 'production', ...env }).vault;
    expect(vault({})).toEqual({ file: '/v', key: undefined });
    expect(vault({ VAULT_KEY: 'k' })).toEqual({ file: '/v', key: 'k' });
    expect(vault({ VAULT_KEY_FILE: file })).toEqual({ file: '/v', key: 'from a file' });
    await writeFile(file, '\n');
    expect(() => vault({ VAULT_KEY_FILE: file })).toThrow('which is empty');
    await rm(dirname(file), { recursive: true });
  });

  it.each(['65536', '-1', '80.5', 'http'])('refuse "%s" as a port', (port) => {
    expect(() => Settings.fromEnvironment({ PORT: port })).toThrow('PORT');
  });

  it('take an address for notifications where there is one, over HTTP', () => {
    const url = 'https://hooks.example.org/T0';
    expect(Settings.fromEnvironment({ NOTIFICATIONS_URL: url }).notificationsUrl).toBe(url);
    expect(Settings.fromEnvironment({ NOTIFICATIONS_URL: '' }).notificationsUrl).toBeUndefined();
    expect(() => Settings.fromEnvironment({ NOTIFICATIONS_URL: 'hooks.example.org' })).toThrow(
      'NOTIFICATIONS_URL',
    );
  });

  it('refuse the address of a database that is not PostgreSQL, without repeating its password', () => {
    const refused = () => Settings.fromEnvironment({ DATABASE_URL: 'mysql://user:hunter2@db/hub' });
    expect(refused).toThrow('DATABASE_URL');
    expect(refused).not.toThrow('hunter2');
  });
});
