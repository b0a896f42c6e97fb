import type { PGlite } from '@electric-sql/pglite';
import { Database } from './database.js';

/** PostgreSQL compiled to WebAssembly, inside this process. */
export class PgliteDatabase extends Database {
  private constructor(
    private readonly pglite: PGlite,
    private readonly location: string,
  ) {
    super();
  }

  /** @param location a directory, or `memory://` */
  static async open(location: string): Promise<PgliteDatabase> {
    const { PGlite } = await import('@electric-sql/pglite');
    return new PgliteDatabase(await PGlite.create(location), location);
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pglite.query<Row>(sql, [...parameters])).rows;
  }

  describe(): string {
    return `PostgreSQL embedded (PGlite), ${this.location}`;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pglite.close();
  }
}
