import type { OnApplicationShutdown } from '@nestjs/common';

/** A PostgreSQL database, wherever it runs. It closes with the app, after everything that was accepted is handled. */
export abstract class Database implements OnApplicationShutdown {
  /** Runs one statement with `$1`, `$2`… as parameters. Statements may run concurrently. */
  abstract query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;

  /** What it is and where, without credentials. */
  abstract describe(): string;

  abstract onApplicationShutdown(): Promise<void>;
}
