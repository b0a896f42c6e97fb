import { execSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..');

/** Installs the contenders, unless they are there as the lock file says. */
export function installContenders() {
  const installed = join(folder, 'node_modules/.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  execSync('npm ci --no-audit --no-fund --loglevel=error', {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
