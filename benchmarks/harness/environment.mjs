import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** What a complete run writes itself doesn't make the tree dirty. */
const WRITTEN = ['benchmarks/results', 'benchmarks/RESULTS.md'];
/** What contenders get from the project's own dependencies. */
const SHARED = ['@nestjs/core', 'rxjs'];

/** Where and on what a run takes place: all that its figures depend on beside the code. */
export function environmentOf(node) {
  return { date: new Date().toISOString(), machine: machine(), versions: versionsOn(node) };
}

function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${type()} ${release()} ${arch()}`,
  };
}

/** What the package was built from, if this is asked at the beginning. */
export function revision() {
  const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const others = WRITTEN.map((path) => `:!${path}`);
  return {
    commit: git('rev-parse', '--short=12', 'HEAD'),
    isDirty: git('status', '--porcelain', '--', '.', ...others) !== '',
  };
}

function versionsOn(node) {
  const engine = JSON.parse(
    execFileSync(node, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' }),
  );
  const { devDependencies } = manifest('benchmarks');
  const installed = [
    ...SHARED.map((name) => [name, `node_modules/${name}`]),
    ...Object.keys(devDependencies).map((name) => [name, `benchmarks/node_modules/${name}`]),
  ];
  return {
    node: engine.node,
    v8: engine.v8,
    ...Object.fromEntries(installed.map(([name, folder]) => [name, manifest(folder).version])),
  };
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}
