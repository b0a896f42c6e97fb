import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['core', 'common', 'testing', 'platform-express', 'websockets', 'microservices'].map(
  (name) => `@nestjs/${name}`,
);

/**
 * Puts the Nest of `range` (`11.0.0`, or `11` for the newest 11) into the node_modules of `folder` and tells what
 * really lies there, as read from the installed packages.
 *
 * @throws When what lies there is of another version, or when Nest's core is there more than once: specs would then run
 *   against a Nest that nobody asked for.
 */
export function installNest(folder, range) {
  const wanted = PACKAGES.map((name) => `${name}@${range}`);
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...wanted], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });

  const packages = Object.fromEntries(PACKAGES.map((name) => [name, versionIn(folder, name)]));
  const isWanted = (version) => version === range || version.startsWith(`${range}.`);
  const strays = PACKAGES.filter((name) => !isWanted(packages[name]));
  if (strays.length > 0) {
    throw new Error(
      `asked for Nest ${range}, but got ${strays.map((name) => `${name} ${packages[name]}`).join(', ')}`,
    );
  }
  const nested = nestedCopies(folder, '@nestjs/core');
  if (nested.length > 0) throw new Error(`Nest's core is installed a second time: ${nested.join(', ')}`);
  return { version: packages['@nestjs/core'], packages };
}

function versionIn(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** Where else than at the top of node_modules a package lies. */
function nestedCopies(folder, name) {
  const top = join(folder, 'node_modules');
  return readdirSync(top)
    .flatMap((entry) =>
      entry.startsWith('@') ? readdirSync(join(top, entry)).map((sub) => join(entry, sub)) : entry,
    )
    .map((owner) => join(top, owner, 'node_modules', name))
    .filter((path) => existsSync(path));
}
