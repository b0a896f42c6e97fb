/** What nobody but the app may know. */
export interface Secrets {
  /** What GitHub signs webhooks with. */
  readonly webhookSecret: string;
  /** What an administrator shows to be taken for one. */
  readonly adminToken: string;
  /** Stands in for the setting of that name: the address of a database has a password in it. */
  readonly databaseUrl?: string;
}

/** @throws Error naming what is missing, and showing nothing */
export function checkSecrets(value: unknown): Secrets {
  const { webhookSecret, adminToken, databaseUrl } = (value ?? {}) as Partial<Secrets>;
  if (!isText(webhookSecret)) throw new Error('The vault has no webhookSecret.');
  if (!isText(adminToken)) throw new Error('The vault has no adminToken.');
  if (databaseUrl !== undefined && !isText(databaseUrl))
    throw new Error('The databaseUrl in the vault is no text.');
  return { webhookSecret, adminToken, ...(databaseUrl && { databaseUrl }) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
