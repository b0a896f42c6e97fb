import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Settings } from '../src/settings/settings.js';

describe('Settings from the environment', () => {
  it('have defaults for development, with a secret of their own for each start', () => {
    const first = Settings.fromEnvironment({});
    expect(first).toMatchObject({
      port: 3000,
      dataDirectory: resolve('sample-app/data'),
      databaseUrl: undefined,
    });
    expect(first.webhookSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(Settings.fromEnvironment({}).webhookSecret).not.toBe(first.webhookSecret);
  });

  it('take what is set, and an empty variable for one that is not', () => {
    const env = {
      PORT: '0',
      DATA_DIR: '/data',
      DATABASE_URL: 'postgres://db/hub',
      GITHUB_WEBHOOK_SECRET: 's',
    };
    expect(Settings.fromEnvironment(env)).toEqual(new Settings(0, '/data', 'postgres://db/hub', 's'));
    expect(Settings.fromEnvironment({ PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it('want the real secret in production', () => {
    expect(() => Settings.fromEnvironment({ NODE_ENV: 'production' })).toThrow('GITHUB_WEBHOOK_SECRET');
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
