// The whole check of a change, started by .ci/run: everything on this Node, then the suite on other Nodes and Nests.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { countTests } from './count-tests.mjs';
import { installNest } from './install-nest.mjs';
import { installTypeScript } from './install-typescript.mjs';
import { root, run, Steps } from './steps.mjs';

/** What the compiler alone has a say in. */
const ABOUT_TYPES = '/test/types.*\\.spec\\.ts$';
/** What reads and compiles sources, and has the same outcome on every Node. */
const ABOUT_SOURCES = '/test/((types.*|docs.*|architecture|comparison|library)\\.spec\\.ts$|benchmarks/)';
/** What is kept in memory is the engine's doing: the oldest and the newest tell. */
const ABOUT_MEMORY = '/test/core/memory\\.spec\\.ts$';
/**
 * The newest of each later Node line, for the bus alone, without the sample app; and the oldest Node that `engines` allows, for
 * what Node itself has a say in.
 */
const NODES = {
  22: [ABOUT_SOURCES, ABOUT_MEMORY, '/sample-app/'],
  24: [ABOUT_SOURCES, '/sample-app/'],
  '20.19.0': [ABOUT_SOURCES, ABOUT_MEMORY, '/sample-app/', '/test/(nest|health)/'],
};
/** The first and the newest of each major that the peer range allows. */
const NESTS = ['11.0.0', '11', '12.0.1', '12'];
/**
 * What a Nest version has no say in (of the core and the logging, architecture.spec.ts holds that they import nothing of
 * Nest; of the catalogue, two specs meet it), and what is for the newest Nest alone: the sample app and the comparison.
 */
const NOT_ABOUT_NEST = [
  ABOUT_TYPES,
  '/test/(core|logging|benchmarks)/',
  '/test/catalog/(?!command\\.spec|read-catalogue)',
  '/test/(package|architecture|docs|comparison)\\.spec\\.ts$',
  '/sample-app/',
];
/** Beside the one that the project itself is built with: the newest of each. */
const TYPESCRIPTS = ['5.9', '7'];

const reports = join(root, 'reports');
const reportFiles = [];
const steps = new Steps();

/** A step that runs tests with jest and keeps jest's own report for the count. */
function suite(name, { script = 'jest', args = [], cwd = root, env = {} } = {}) {
  const file = join(reports, `${name.replaceAll(/[^\w.]+/g, '-')}.json`);
  reportFiles.push(file);
  const jest = ['npm', 'run', '--silent', script, '--', '--ci', '--json', `--outputFile=${file}`, ...args];
  return steps.step(name, async () => (await run(jest, { cwd, env })) === 0);
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

if (await steps.step('npm ci', 'npm ci --no-audit --no-fund')) {
  await steps.step('lint', 'npm run --silent lint');
  await steps.step('format', 'npm run --silent format:check');
  await steps.step('types', 'npm run --silent typecheck');
  await steps.step('unused code and dependencies', 'npm run --silent knip');
  if (await steps.step('build', 'npm run --silent build')) {
    // Packing would build it once more.
    await steps.step('package', 'npm_config_ignore_scripts=true npm run --silent package:check');
    await suite(`specs on Node ${process.versions.node}`);
    await steps.step('speed and allocation', 'node benchmarks/guard.mjs --node 20,24');
    await suite('stress', { script: 'test:stress' });
    await steps.step('sample app on 329 real webhooks', 'npm start --silent -- --exit');
    await steps.step('new apps with the packed package', 'npm run --silent test:new-apps');
    await otherTypeScripts();
    await otherNodes();
    await otherNests();
  }
}

steps.finish();
const { passed, failed, skipped } = countTests(reportFiles);
if (failed > 0) process.exitCode = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);

/** What users' compilers make of the types. */
async function otherTypeScripts() {
  for (const range of TYPESCRIPTS) {
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-typescript-'));
    try {
      let installed;
      await steps.step(`install TypeScript ${range}`, () => {
        installed = installTypeScript(folder, range);
        console.log(`TypeScript ${installed.version}`);
      });
      if (installed === undefined) continue;
      await suite(`types on TypeScript ${installed.version}`, {
        args: ['test/types'],
        env: { TYPESCRIPT: installed.path },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Node's own builds come from the npm registry, as packages named after the platform. */
async function otherNodes() {
  for (const [wanted, ignored] of Object.entries(NODES)) {
    if (`${process.versions.node}.`.startsWith(`${wanted}.`)) continue;
    let node;
    const found = await steps.step(`fetch Node ${wanted}`, () => {
      const build = `node-${process.platform}-${process.arch}@${wanted}`;
      node = execFileSync('npx', ['-y', '-p', build, '-c', 'node -p process.execPath'], {
        encoding: 'utf8',
      }).trim();
    });
    if (!found) continue;
    const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    await suite(`specs on Node ${version}`, {
      args: ignoring(ignored),
      env: { PATH: [dirname(node), process.env.PATH].join(delimiter) },
    });
  }
}

/** The bus's own specs in a copy of the repository, whose node_modules get one Nest after the other. */
async function otherNests() {
  const copy = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-'));
  const { version: ownNest } = JSON.parse(
    readFileSync(join(root, 'node_modules/@nestjs/core/package.json'), 'utf8'),
  );
  try {
    const copied = await steps.step('copy for other Nests', () => {
      const left = new Set(['.git', 'dist', 'reports', 'coverage'].map((name) => join(root, name)));
      cpSync(root, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !left.has(path) });
    });
    for (const range of copied ? NESTS : []) {
      let installed;
      await steps.step(`install Nest ${range}`, () => {
        installed = installNest(copy, range);
        console.log(installed.packages);
      });
      if (installed === undefined) continue;
      if (installed.version === ownNest) {
        console.log(`All specs have run on Nest ${ownNest}: it is what the project itself is built with.`);
        continue;
      }
      await suite(`specs on Nest ${installed.version}`, { cwd: copy, args: ignoring(NOT_ABOUT_NEST) });
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function ignoring(patterns) {
  return patterns.map((pattern) => `--testPathIgnorePatterns=${pattern}`);
}
