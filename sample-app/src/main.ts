import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { HTTP_OPTIONS, configureHttp } from './http.js';
import { replayExamples } from './replay/replay-examples.js';
import { Settings } from './settings/settings.js';

const USAGE = `Usage: npm start -- [options]

  (none)       boot, replay 329 recorded webhooks, and go on serving until Ctrl-C
  --no-replay  boot and serve
  --exit       boot, replay, and end: with 0 when nothing was lost, with 1 otherwise. Uses a free port and a
               temporary directory, where PORT and DATA_DIR don't say otherwise

Environment: PORT, DATA_DIR, DATABASE_URL, GITHUB_WEBHOOK_SECRET. See sample-app/README.md.`;

const flags = readFlags();
if (flags.exit) await replayAndExit();
else await serve();

function readFlags(): { exit: boolean; replay: boolean } {
  try {
    const { values } = parseArgs({
      options: { exit: { type: 'boolean' }, 'no-replay': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (values.exit && values['no-replay'])
      throw new Error('--exit is about the replay that --no-replay leaves out.');
    return { exit: values.exit ?? false, replay: !values['no-replay'] };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function serve(): Promise<void> {
  const app = await start({ useProcessExit: true });
  if (flags.replay) await replayExamples(app, untilInterrupted());
  new Logger('WebhookHub').log(`Serving ${await app.getUrl()} until Ctrl-C`);
}

async function replayAndExit(): Promise<void> {
  process.env['PORT'] ||= '0';
  const temporary = process.env['DATA_DIR'] ? undefined : await mkdtemp(join(tmpdir(), 'webhook-hub-'));
  if (temporary !== undefined) process.env['DATA_DIR'] = temporary;

  // An interrupted replay has shown nothing, so the process ends by the signal and not with 0.
  const app = await start({ useProcessExit: false });
  const complete = await replayExamples(app, untilInterrupted());
  await app.close();
  if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  process.exitCode = complete ? 0 : 1;
}

/** The app, listening. What keeps it from starting is said in one line, and ends the process. */
async function start(onSignal: { useProcessExit: boolean }): Promise<NestExpressApplication> {
  let app: NestExpressApplication | undefined;
  try {
    app = await NestFactory.create<NestExpressApplication>(AppModule, {
      ...HTTP_OPTIONS,
      abortOnError: false,
      logger: ['log', 'warn', 'error', 'fatal'],
    });
    configureHttp(app);
    app.enableShutdownHooks(['SIGINT', 'SIGTERM'], onSignal);
    await app.listen(app.get(Settings).port);
    return app;
  } catch (error) {
    console.error(`The webhook hub could not start: ${reasonOf(error)}`);
    await app?.close();
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken. Choose another: PORT=3001 npm start`;
  return message || code || String(error);
}

/** Aborted by the first Ctrl-C or SIGTERM, so that the replay sends no more while the app finishes what it has. */
function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}
