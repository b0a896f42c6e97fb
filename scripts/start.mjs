// `npm start`: builds the library and the sample app, then runs the app. Arguments pass through: `npm start -- --exit`.
import { spawn } from 'node:child_process';
import { root, run } from './steps.mjs';

for (const script of ['build', 'build:sample']) {
  const exitCode = await run(['npm', 'run', '--silent', script]);
  if (exitCode !== 0) process.exit(exitCode);
}

const app = spawn(process.execPath, ['sample-app/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});

// The app decides when it ends, since it finishes what it has accepted; this process only has to outlive it. Ctrl-C in
// a terminal reaches the app directly, as one of the foreground group. What is sent to this process alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => app.kill('SIGTERM'));
app.on('close', (code, signal) => {
  if (signal) console.error(`The sample app was ended by ${signal}.`);
  process.exit(code ?? 1);
});
