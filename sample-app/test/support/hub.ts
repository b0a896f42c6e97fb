import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import type { INestApplication, LoggerService, Type } from '@nestjs/common';
import { jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { sign } from '@octokit/webhooks-methods';
import { RootEventBus } from 'nestjs-event-bus';
import { AppModule } from '../../src/app.module.js';
import { HTTP_OPTIONS, configureHttp } from '../../src/http.js';
import { Settings } from '../../src/settings/settings.js';
import type { VaultSettings } from '../../src/settings/settings.js';
import { prepareDatabase } from './prepared-database.js';
import { temporaryDirectory } from './temporary-directory.js';

/** An embedded database takes seconds to make where there is none to copy; on a busy machine, many. */
jest.setTimeout(120_000);

const SECRET = 'the secret of the specs';

export const SECRETS = { webhookSecret: SECRET, adminToken: 'the token of the specs' };

const AS_ADMINISTRATOR = { authorization: `Bearer ${SECRETS.adminToken}` };

interface HubOptions {
  /** Modules beside those of the app. */
  imports?: Type[];
  /** @default an embedded database in the data directory, which needn't be made any more, only opened */
  databaseUrl?: string;
  /** An empty one. @default a fresh one, removed when the hub closes */
  dataDirectory?: string;
  /** @default none: notifications go to the log */
  notificationsUrl?: string;
  /** @default one that is open */
  vault?: VaultSettings;
  /** Whether to wait until it is ready, or only until it listens. @default true */
  ready?: boolean;
  /** @default none */
  logger?: LoggerService;
}

/** The sample app, listening on a port of its own. */
export class Hub {
  private constructor(
    readonly app: INestApplication,
    readonly url: string,
    readonly dataDirectory: string,
    private readonly removeData: boolean,
  ) {}

  static async start(options: HubOptions = {}): Promise<Hub> {
    const dataDirectory = options.dataDirectory ?? (await temporaryDirectory());
    if (options.databaseUrl === undefined) prepareDatabase(join(dataDirectory, 'pglite'));
    const testing = await Test.createTestingModule({ imports: [AppModule, ...(options.imports ?? [])] })
      .overrideProvider(Settings)
      .useValue(
        new Settings(
          0,
          dataDirectory,
          options.databaseUrl,
          options.vault ?? { secrets: SECRETS },
          options.notificationsUrl,
        ),
      )
      .compile();
    const app = testing.createNestApplication({ ...HTTP_OPTIONS, logger: options.logger ?? false });
    configureHttp(app);
    // While an embedded database starts, nothing else runs: connections must not be closed for having waited.
    app.getHttpServer().keepAliveTimeout = 60_000;
    await app.listen(0, '127.0.0.1');
    if (options.ready !== false) {
      await app.get(RootEventBus).waitFor('system:boot_complete', { past: true });
    }
    return new Hub(app, await app.getUrl(), dataDirectory, options.dataDirectory === undefined);
  }

  get bus(): RootEventBus {
    return this.app.get(RootEventBus);
  }

  /** Sends a body as it is; without headers of one's own it is a proper, signed webhook. */
  async post(body: string, headers: Record<string, string | undefined> = {}): Promise<Response> {
    const all = {
      'content-type': 'application/json',
      'x-github-delivery': randomUUID(),
      'x-github-event': 'ping',
      'x-hub-signature-256': body === '' ? 'sha256=0' : await sign(SECRET, body),
      ...headers,
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return fetch(`${this.url}/webhooks/github`, { method: 'POST', headers: given, body });
  }

  /** Sends a webhook as GitHub would. */
  send(eventName: string, payload: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.post(JSON.stringify(payload), { 'x-github-event': eventName, ...headers });
  }

  /** Sends a webhook but for the end of its body. Resolves once the app has begun with it. */
  async sendSlowly(
    eventName: string,
    payload: object,
  ): Promise<{ finish: () => Promise<number | undefined> }> {
    const body = JSON.stringify(payload);
    const begun = once(this.app.getHttpServer(), 'request');
    const request = http.request(`${this.url}/webhooks/github`, {
      method: 'POST',
      headers: {
        connection: 'close', // one that is kept alive would keep the HTTP server from closing for a while
        'content-length': Buffer.byteLength(body),
        'x-github-event': eventName,
        'x-hub-signature-256': await sign(SECRET, body),
      },
    });
    const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
    request.write(body.slice(0, 1));
    await begun;
    return {
      finish: async () => {
        request.end(body.slice(1));
        const [response] = await answered;
        return response.resume().statusCode;
      },
    };
  }

  async get(path: string): Promise<{ status: number; body: any }> {
    return this.request('GET', path);
  }

  /** As an administrator, unless other headers say otherwise. */
  async request(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    headers: Record<string, string> = AS_ADMINISTRATOR,
  ): Promise<{ status: number; body: any }> {
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(this.url + path, init);
    return { status: response.status, body: await response.json() };
  }

  async auditLines(): Promise<any[]> {
    const text = await readFile(join(this.dataDirectory, 'audit.jsonl'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  async close(): Promise<void> {
    await this.app.close();
    if (this.removeData) await rm(this.dataDirectory, { recursive: true, force: true });
  }
}
