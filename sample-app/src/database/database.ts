import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { StartupStep, StepContext } from 'nestjs-event-bus';
import { DataDirectory } from '../settings/data-directory.js';
import { Settings } from '../settings/settings.js';
import { Vault } from '../vault/vault.js';
import type { DatabaseConnection } from './database-connection.js';
import { PgliteConnection } from './pglite-connection.js';
import { PostgresConnection } from './postgres-connection.js';

declare module 'nestjs-event-bus' {
  interface EventMap {
    'db:connected': { readonly database: string };
  }
}

/** The PostgreSQL database of the app, wherever it runs. It closes with the app, after everything that was accepted is handled. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private connecting: Promise<unknown> | undefined;
  private connection: DatabaseConnection | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly directory: DataDirectory,
    private readonly vault: Vault,
  ) {}

  /** Only then, since the address may be in the vault. */
  @StartupStep({
    after: 'vault:ready_for_data',
    emits: 'db:connected',
    retry: { attempts: 5, backoff: { delay: 200 } },
  })
  connect({ signal }: StepContext): Promise<{ database: string }> {
    const connecting = this.open(signal);
    this.connecting = connecting.catch(() => undefined);
    return connecting;
  }

  /** Runs one statement with `$1`, `$2`… as parameters. Statements may run concurrently. */
  async query<Row = Record<string, unknown>>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    if (this.connection === undefined) throw new ServiceUnavailableException('There is no database yet.');
    return this.connection.query<Row>(sql, parameters);
  }

  /** An attempt that is stopped goes on until it can close what it opens, and until then the files are in use. */
  async onApplicationShutdown(): Promise<void> {
    await this.connecting;
    await this.connection?.close();
  }

  private async open(signal: AbortSignal): Promise<{ database: string }> {
    const url = this.vault.secrets.databaseUrl ?? this.settings.databaseUrl;
    const connection = url?.startsWith('postgres')
      ? await PostgresConnection.open(url)
      : await PgliteConnection.open(url ?? this.directory.pathOf('pglite'));
    if (signal.aborted) {
      await connection.close(); // nobody waits for it any more
      throw signal.reason;
    }
    this.connection = connection;
    const database = connection.describe();
    new Logger(Database.name).log(database);
    return { database };
  }
}
