import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import { Database } from './database.js';

/** A PostgreSQL server, through a pool of connections. */
export class PostgresDatabase extends Database {
  private constructor(
    private readonly pool: Pool,
    private readonly location: string,
  ) {
    super();
  }

  /** Connects once, so that a wrong address fails the start and not the first webhook. */
  static async open(url: string): Promise<PostgresDatabase> {
    const { default: pg } = await import('pg');
    const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // Without a listener, a connection that breaks while idle ends the process; the pool replaces it anyway.
    pool.on('error', (error) =>
      new Logger(PostgresDatabase.name).warn(`An idle connection broke: ${error.message}`),
    );
    await pool.query('select 1');
    return new PostgresDatabase(pool, new URL(url).host);
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, [...parameters])).rows as Row[];
  }

  describe(): string {
    return `PostgreSQL server, ${this.location}`;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
