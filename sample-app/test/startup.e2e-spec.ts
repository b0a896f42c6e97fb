import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Startup } from 'nestjs-event-bus';
import { PgliteConnection } from '../src/database/pglite-connection.js';
import { DataDirectory } from '../src/settings/data-directory.js';
import { seal } from '../src/vault/seal.js';
import { Vault } from '../src/vault/vault.js';
import { Hub, SECRETS } from './support/hub.js';
import { temporaryDirectory } from './support/temporary-directory.js';

const KEY = 'the key of the specs';
const READ = 'VaultModule/Vault.readSecrets';
const CONNECT = 'DatabaseModule/Database.connect';

let directory: string;
let file: string;
let hub: Hub | undefined;
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory, 'vault.sealed');
  await writeFile(file, await seal(JSON.stringify(SECRETS), KEY));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await hub?.close();
  hub = undefined;
  await rm(directory, { recursive: true });
});

const startSealed = async (): Promise<Hub> =>
  (hub = await Hub.start({ vault: { file, key: undefined }, ready: false }));
const unseal = (key: string) => hub!.request('POST', '/vault/unseal', { key });
/** What the readiness check says of the startup. */
async function readiness() {
  const { status, body } = await hub!.get('/health/ready');
  const { state, steps } = body.details.events;
  const pending: { step: string; state: string; awaits: { first: string[] } }[] = steps.pending.first;
  return {
    status,
    state,
    pending: pending.map((each) => `${each.step} ${each.state} ${each.awaits.first.join(' ')}`.trim()),
    failed: steps.missing.first.flatMap((each: any) => (each.state === 'failed' ? each.step : [])),
  };
}
const isOver = (topic: string) => hub!.bus.waitFor<string>(topic, { past: true });

/** Holds the next call of a method until it is let go. */
function hold<T extends object>(target: T, method: keyof T): { reached: Promise<void>; letGo: () => void } {
  let letGo!: () => void;
  let reach!: () => void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const original = target[method] as (...given: unknown[]) => unknown;
  jest.spyOn(target as any, method as any).mockImplementationOnce(async function (
    this: T,
    ...given: unknown[]
  ) {
    reach();
    await gate;
    return original.apply(this, given);
  });
  return { reached, letGo };
}

describe('GET /health/ready', () => {
  it('says at each moment of a sealed start what is missing', async () => {
    const { app } = await startSealed();
    const sealed = await readiness();
    expect(sealed).toMatchObject({ status: 503, state: 'booting', failed: [] });
    expect(sealed.pending).toContain(`${READ} waiting vault:opened`);

    const reading = hold(app.get(Vault), 'readSecrets');
    const connecting = hold(PgliteConnection, 'open');
    expect(await unseal(KEY)).toEqual({ status: 200, body: { opened: true } });
    await reading.reached;
    const unsealing = await readiness();
    expect(unsealing.status).toBe(503);
    expect(unsealing.pending).toContain(`${READ} running`);

    reading.letGo();
    await connecting.reached;
    const database = await readiness();
    expect(database.status).toBe(503);
    expect(new Set(database.pending)).toEqual(
      new Set([
        `${CONNECT} running`,
        'StatisticsModule/StatisticsService.createTable waiting db:connected',
        'IdentityModule/Identity.prepare waiting db:connected',
        'PluginHostModule/PluginHost.announce waiting identity:ready',
      ]),
    );

    connecting.letGo();
    await isOver('system:boot_complete');
    expect(await readiness()).toEqual({ status: 200, state: 'ready', pending: [], failed: [] });
  });

  it('says so when the database can’t be had, and the app stays in maintenance', async () => {
    await startSealed();
    jest.spyOn(PgliteConnection, 'open').mockRejectedValue(new Error('no disk'));
    await unseal(KEY);
    await isOver('system:maintenance_mode');
    expect(await readiness()).toEqual({
      status: 503,
      state: 'maintenance',
      pending: [],
      failed: [CONNECT],
    });
    expect(PgliteConnection.open).toHaveBeenCalledTimes(5);
  });
});

describe('A vault', () => {
  it('that is sealed keeps webhooks and figures out, and lets them in when it is open', async () => {
    await startSealed();
    expect((await hub!.send('ping', {})).status).toBe(503);
    expect((await hub!.get('/stats')).status).toBe(503);
    await unseal(KEY);
    await isOver('system:boot_complete');
    expect((await hub!.send('ping', {})).status).toBe(202);
    expect((await hub!.get('/stats')).status).toBe(200);
  });

  it('stays sealed for a wrong key, and for none', async () => {
    await startSealed();
    expect(await unseal('a guess')).toMatchObject({
      status: 403,
      body: { message: 'The key does not open the vault.' },
    });
    for (const body of [{}, { key: '' }, { key: 7 }]) {
      expect((await hub!.request('POST', '/vault/unseal', body)).status).toBe(400);
    }
    expect(hub!.bus.history.last('vault:opened')).toBeUndefined();
    expect((await unseal(KEY)).status).toBe(200);
  });

  it('is opened once, also by two people at the same time', async () => {
    await startSealed();
    const statuses = (await Promise.all([unseal(KEY), unseal(KEY)])).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
    expect((await unseal(KEY)).status).toBe(409);
  });

  it('opens by itself with a key from the environment, and keeps the app from starting with a wrong one', async () => {
    hub = await Hub.start({ vault: { file, key: KEY } });
    expect((await hub.send('ping', {})).status).toBe(202);
    await expect(Hub.start({ vault: { file, key: 'a guess' } })).rejects.toThrow('does not open the vault');
  });

  it('that lacks a secret leaves the app in maintenance', async () => {
    await writeFile(file, await seal(JSON.stringify({ webhookSecret: 's' }), KEY));
    await startSealed();
    await unseal(KEY);
    const { data } = await isOver('system:maintenance_mode');
    expect(data).toMatchObject({ step: READ, error: new Error('The vault has no adminToken.') });
    expect((await hub!.send('ping', {})).status).toBe(503);
  });

  it('shows its secrets in no event', async () => {
    await startSealed();
    await unseal(KEY);
    await isOver('system:boot_complete');
    const told = JSON.stringify(hub!.bus.history.recent({ pattern: '**', limit: 1000 }));
    expect(told).toContain('vault:opened');
    for (const secret of [KEY, ...Object.values(SECRETS)]) expect(told).not.toContain(secret);
  });
});

describe('The dead letters', () => {
  it('are for administrators alone', async () => {
    hub = await Hub.start();
    const as = async (headers: Record<string, string>) =>
      (await hub!.request('GET', '/dead-letters', undefined, headers)).status;
    expect(await as({})).toBe(401);
    expect(await as({ authorization: 'Bearer a guess' })).toBe(401);
    expect(await as({ authorization: `Bearer ${SECRETS.adminToken}` })).toBe(200);
  });
});

describe('The startup', () => {
  it('prints its timeline when it is complete', async () => {
    const lines: string[] = [];
    const print = (line: unknown): void => void lines.push(String(line));
    const logger = { log: print, warn: print, error: print };
    hub = await Hub.start({ logger });
    const table = lines.slice(lines.findIndex((line) => line.startsWith('Startup complete after')) + 1);
    expect(table[0]).toMatch(/^ +step +emits +waited +took +state$/);
    for (const [at, { name }] of hub.app.get(Startup).timeline().steps.entries()) {
      expect(table[at + 1]).toContain(` ${name} `);
    }
  });

  it('ends at once when it is stopped while the vault is sealed', async () => {
    const { app } = await startSealed();
    const startup = app.get(Startup);
    await hub!.close();
    hub = undefined;
    expect(startup.state).toBe('stopped');
    expect(new Set(startup.timeline().steps.map(({ state }) => state))).toEqual(new Set(['aborted']));
  });

  it('that is stopped while a database opens gives up the data directory once that is closed again', async () => {
    const { app } = await startSealed();
    const opening = hold(PgliteConnection, 'open');
    await unseal(KEY);
    await opening.reached;
    const order: string[] = [];
    const { close } = PgliteConnection.prototype;
    jest.spyOn(PgliteConnection.prototype, 'close').mockImplementation(async function (
      this: PgliteConnection,
    ) {
      await close.call(this);
      order.push('closed');
    });
    const directory = jest.spyOn(app.get(DataDirectory, { strict: false }), 'onApplicationShutdown');
    directory.mockImplementation(async () => void order.push('given up'));

    const closed = hub!.close();
    hub = undefined;
    // Whoever doesn't wait for the database has given it up by then.
    for (let turn = 0; turn < 1_000 && order.length === 0; turn++) await new Promise(setImmediate);
    opening.letGo();
    await closed;
    expect(order).toEqual(['closed', 'given up']);
  });
});
