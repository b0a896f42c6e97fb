// Sets up apps as a user would, with the packed package and the registry's newest of all else, and runs them: `npm start`
// and, where the app has tests, `npm test`. The apps are those of test/new-apps, which share their sources.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, Steps } from './steps.mjs';

const source = join(root, 'test', 'new-apps');
const folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-apps-'));
const steps = new Steps();
try {
  const tarball = execFileSync(process.execPath, ['scripts/pack.mjs'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  for (const app of readdirSync(source).filter((name) => name !== 'src')) {
    await steps.step(`new app: ${app}`, () => tryApp(app, tarball));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
steps.finish();

async function tryApp(app, tarball) {
  const cwd = join(folder, app);
  cpSync(join(source, app), cwd, { recursive: true });
  cpSync(join(source, 'src'), join(cwd, 'src'), { recursive: true });
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  const commands = [
    ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', tarball],
    ['npm', 'ls', '--depth=0'],
    ...['build', 'start', 'test']
      .filter((name) => name in scripts)
      .map((name) => ['npm', 'run', '--silent', name]),
  ];
  for (const command of commands) if ((await run(command, { cwd })) !== 0) return false;
  return true;
}
