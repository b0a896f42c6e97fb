import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Secrets } from '../vault/secrets.js';

/** In the open; or sealed in a file, with the key or, without one, for a person to type it in. */
export type VaultSettings =
  { readonly secrets: Secrets } | { readonly file: string; readonly key: string | undefined };

/** Everything that a deployment can change. The class is also the token under which it is injected. */
export class Settings {
  constructor(
    /** TCP port; 0 lets the system choose a free one. */
    readonly port: number,
    /** Where the audit log and the embedded database live. */
    readonly dataDirectory: string,
    /** `postgres://…` for a server, `memory://` for an embedded database that forgets; undefined: embedded, in `dataDirectory`. */
    readonly databaseUrl: string | undefined,
    /** Where the secrets are. */
    readonly vault: VaultSettings,
    /** Where notifications are posted to, as Slack and its like take them; undefined: they go to the log alone. */
    readonly notificationsUrl?: string,
  ) {}

  /** Reads the variables that the README lists. An empty variable counts as one that is not set. */
  static fromEnvironment(env: NodeJS.ProcessEnv): Settings {
    return new Settings(
      readPort(env['PORT'] || '3000'),
      resolve(env['DATA_DIR'] || 'sample-app/data'),
      readDatabaseUrl(env['DATABASE_URL'] || undefined),
      readVaultSettings(env),
      readNotificationsUrl(env['NOTIFICATIONS_URL'] || undefined),
    );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`PORT is "${text}"; it has to be 0 to 65535.`);
  return port;
}

function readDatabaseUrl(url: string | undefined): string | undefined {
  if (url === undefined || url === 'memory://' || /^postgres(ql)?:\/\//.test(url)) return url;
  throw new Error('DATABASE_URL has to begin with postgres:// or postgresql://, or be memory://.');
}

function readNotificationsUrl(url: string | undefined): string | undefined {
  if (url === undefined || /^https?:\/\/./.test(url)) return url;
  throw new Error('NOTIFICATIONS_URL has to begin with http:// or https://.');
}

function readVaultSettings(env: NodeJS.ProcessEnv): VaultSettings {
  const file = env['VAULT_FILE'];
  if (file) return { file: resolve(file), key: readKey(env) };
  return {
    secrets: {
      webhookSecret: env['GITHUB_WEBHOOK_SECRET'] || developmentSecret(env),
      adminToken: env['ADMIN_TOKEN'] || randomSecret(), // one that nobody knows: nobody is administrator
    },
  };
}

function readKey(env: NodeJS.ProcessEnv): string | undefined {
  const file = env['VAULT_KEY_FILE'];
  if (!file) return env['VAULT_KEY'] || undefined;
  const key = readFileSync(file, 'utf8').trim();
  if (key === '') throw new Error(`VAULT_KEY_FILE names ${file}, which is empty.`);
  return key;
}

/** A random secret lets the replay sign what it sends; in production it would only hide that the real one is missing. */
function developmentSecret(env: NodeJS.ProcessEnv): string {
  if (env['NODE_ENV'] === 'production')
    throw new Error('GITHUB_WEBHOOK_SECRET is not set, and neither is VAULT_FILE.');
  return randomSecret();
}

function randomSecret(): string {
  return randomBytes(32).toString('hex');
}
