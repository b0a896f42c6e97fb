import type { PGlite } from '@electric-sql/pglite';
import type { DatabaseConnection } from './database-connection.js';

/** PostgreSQL compiled to WebAssembly, inside this process. */
export class PgliteConnection implements DatabaseConnection {
  private constructor(
    private readonly pglite: PGlite,
    private readonly location: string,
  ) {}

  /** @param location a directory, or `memory://` */
  static async open(location: string): Promise<PgliteConnection> {
    const { PGlite } = await import('@electric-sql/pglite');
    return new PgliteConnection(await PGlite.create(location), location);
  }

  async query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return (await this.pglite.query<Row>(sql, [...parameters])).rows;
  }

  describe(): string {
    return `PostgreSQL embedded (PGlite), ${this.location}`;
  }

  async close(): Promise<void> {
    await this.pglite.close();
  }
}
