// `node scripts/pack.mjs`: prints the path of the package's tarball, as `npm publish` would send it, of the sources as they are.
// Many look at the package, and it takes a while to build. So it is kept under the hash of all that it is made of: of the files in
// the folder in which it is built, where there is nothing else but node_modules, and for those package-lock.json stands.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './steps.mjs';

const NO_PART = [
  '.git',
  'node_modules',
  'dist',
  'reports',
  'coverage',
  'test',
  'sample-app',
  'benchmarks',
  'docs',
];
const cache = join(root, 'node_modules/.cache');
const folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-pack-'));
try {
  const left = new Set(NO_PART.map((name) => join(root, name)));
  cpSync(root, folder, { recursive: true, filter: (path) => !left.has(path) });
  const tarball = join(cache, `package-${hashOf(folder)}.tgz`);
  if (!existsSync(tarball)) make(tarball);
  console.log(tarball);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function hashOf(directory) {
  const hash = createHash('sha256');
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = join(directory, path);
    if (statSync(file).isFile()) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

/** Nobody sees half of it: several may ask at the same time. */
function make(tarball) {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const packed = join(folder, 'packed');
  mkdirSync(packed);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  const own = `${tarball}.${randomUUID()}`;
  mkdirSync(cache, { recursive: true });
  copyFileSync(join(packed, readdirSync(packed)[0]), own);
  renameSync(own, tarball);
}
