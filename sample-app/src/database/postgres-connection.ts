import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { DatabaseConnection } from './database-connection.js';

/** A PostgreSQL server, through a pool of connections. */
export class PostgresConnection implements DatabaseConnection {
  private constructor(
    private readonly pool: Pool,
    private readonly location: string,
  ) {}

  /** Connects once, so that a wrong address fails the startup and not the first webhook. */
  static async open(url: string): Promise<PostgresConnection> {
    const { default: pg } = await import('pg');
    const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // Without a listener, a connection that breaks while idle ends the process; the pool replaces it anyway.
    pool.on('error', (error) =>
      new Logger(PostgresConnection.name).warn(`An idle connection broke: ${error.message}`),
    );
    try {
      await pool.query('select 1');
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new PostgresConnection(pool, new URL(url).host);
  }

  async query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return (await this.pool.query(sql, [...parameters])).rows as Row[];
  }

  describe(): string {
    return `PostgreSQL server, ${this.location}`;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
