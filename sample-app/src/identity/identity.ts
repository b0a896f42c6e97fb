import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { StartupStep } from 'nestjs-event-bus';
import { Database } from '../database/database.js';
import { Vault } from '../vault/vault.js';

declare module 'nestjs-event-bus' {
  interface EventMap {
    'identity:ready': { readonly administrators: number };
  }
}

const CREATE_TABLE = `
  do $$ begin
    perform pg_advisory_xact_lock(7286302);
    create table if not exists administrators (name text primary key, token_hash text not null unique);
  end $$`;

const INSERT_ROOT = `
  insert into administrators (name, token_hash) values ('root', $1)
  on conflict (name) do update set token_hash = excluded.token_hash`;

/** Knows who may look after the app: administrators are rows of the database, by the hashes of their tokens. */
@Injectable()
export class Identity {
  /** Name by hash. Read once: the database may be what an administrator has to look after. */
  private administrators: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  /** The first administrator is who has the token in the vault. */
  @StartupStep({ after: ['vault:ready_for_data', 'db:connected'], emits: 'identity:ready' })
  async prepare(): Promise<{ administrators: number }> {
    await this.database.query(CREATE_TABLE);
    await this.database.query(INSERT_ROOT, [hashOf(this.vault.secrets.adminToken)]);
    const rows = await this.database.query<{ name: string; hash: string }>(
      'select name, token_hash as hash from administrators',
    );
    this.administrators = new Map(rows.map(({ name, hash }) => [hash, name]));
    return { administrators: rows.length };
  }

  /** The name of the administrator who has this token. */
  administratorWith(token: string): string | undefined {
    return this.administrators.get(hashOf(token));
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
