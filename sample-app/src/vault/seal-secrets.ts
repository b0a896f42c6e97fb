// `npm run --silent vault:seal > vault.sealed`: prints a vault of the secrets in the environment, for VAULT_FILE.
import { seal } from './seal.js';
import { checkSecrets } from './secrets.js';

const { VAULT_KEY, GITHUB_WEBHOOK_SECRET, ADMIN_TOKEN, DATABASE_URL } = process.env;
try {
  if (!VAULT_KEY) throw new Error('VAULT_KEY is not set.');
  const secrets = checkSecrets({
    webhookSecret: GITHUB_WEBHOOK_SECRET,
    adminToken: ADMIN_TOKEN,
    databaseUrl: DATABASE_URL || undefined,
  });
  console.log(await seal(JSON.stringify(secrets), VAULT_KEY));
} catch (error) {
  console.error(`${(error as Error).message} Set VAULT_KEY, GITHUB_WEBHOOK_SECRET and ADMIN_TOKEN.`);
  process.exitCode = 1;
}
