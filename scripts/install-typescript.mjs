import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the TypeScript of `range` (`5.9` for the newest 5.9) into `folder`, apart from the project's own, and answers the
 * package's folder and the version that really lies there.
 *
 * @throws When that is of another range: specs would then run on a compiler that nobody asked for.
 */
export function installTypeScript(folder, range) {
  execFileSync(
    'npm',
    ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `typescript@${range}`],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const path = join(folder, 'node_modules', 'typescript');
  const { version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  if (!`${version}.`.startsWith(`${range}.`)) {
    throw new Error(`asked for TypeScript ${range}, but got ${version}`);
  }
  return { path, version };
}
