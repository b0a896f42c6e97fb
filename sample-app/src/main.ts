import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { RootEventBus } from 'nestjs-event-bus';
import { AppModule } from './app.module.js';
import { HTTP_OPTIONS, configureHttp } from './http.js';
import { replayExamples } from './replay/replay-examples.js';
import { Settings } from './settings/settings.js';

const USAGE = `Usage: npm start -- [options]

  (none)       boot, replay 329 recorded webhooks, and go on serving until Ctrl-C
  --no-replay  boot and serve
  --exit       boot, replay, and end: with 0 when nothing was lost, with 1 otherwise. Uses a free port and a
               temporary directory, where PORT and DATA_DIR don't say otherwise

Environment: PORT, DATA_DIR, DATABASE_URL, GITHUB_WEBHOOK_SECRET, ADMIN_TOKEN, VAULT_FILE and more. See sample-app/README.md.`;

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
  const app = await create();
  const interrupted = untilInterrupted();
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  const url = await listen(app);
  process.on('exit', () => console.log(farewell(app)));
  if (flags.replay && (await becomesReady(app, interrupted))) await replay(app, url, interrupted);
  if (!interrupted.aborted) new Logger('WebhookHub').log(`Serving ${url} until Ctrl-C`);
}

async function replayAndExit(): Promise<void> {
  process.env['PORT'] ||= '0';
  process.env['DATA_DIR'] ||= temporaryDirectory();
  const app = await create();
  const url = await listen(app);
  const interrupted = untilInterrupted();
  const complete = (await becomesReady(app, interrupted)) && (await replay(app, url, interrupted));
  await app.close();
  process.exitCode = complete ? 0 : 1;
}

function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'webhook-hub-'));
  process.on('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function create(): Promise<NestExpressApplication> {
  try {
    const app = await NestFactory.create<NestExpressApplication>(AppModule, {
      ...HTTP_OPTIONS,
      abortOnError: false,
      logger: ['log', 'warn', 'error', 'fatal'],
    });
    configureHttp(app);
    return app;
  } catch (error) {
    return cannotStart(error);
  }
}

/** @returns the address */
async function listen(app: NestExpressApplication): Promise<string> {
  try {
    await app.listen(app.get(Settings).port);
    return `http://localhost:${new URL(await app.getUrl()).port}`;
  } catch (error) {
    await app.close();
    return cannotStart(error);
  }
}

function cannotStart(error: unknown): never {
  console.error(`The webhook hub could not start: ${reasonOf(error)}`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken. Choose another: PORT=3001 npm start`;
  return message || code || String(error);
}

/** It listens before: what its startup waits for comes over HTTP, where a person has to open the vault. */
async function becomesReady(app: NestExpressApplication, interrupted: AbortSignal): Promise<boolean> {
  const waiting = { past: true, timeout: Infinity, signal: interrupted };
  const bus = app.get(RootEventBus);
  try {
    const { topic } = await Promise.race([
      bus.waitFor<string>('system:boot_complete', waiting),
      bus.waitFor<string>('system:maintenance_mode', waiting),
    ]);
    return topic === 'system:boot_complete';
  } catch (error) {
    if (interrupted.aborted) return false;
    throw error;
  }
}

async function replay(app: NestExpressApplication, url: string, interrupted: AbortSignal): Promise<boolean> {
  try {
    return await replayExamples(app, url, interrupted);
  } catch (error) {
    // An interrupted replay finds the app closing, or closed.
    if (interrupted.aborted) return false;
    throw error;
  }
}

/** Aborted by the first Ctrl-C or SIGTERM, so that the replay sends no more while the app finishes what it has. */
function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

function farewell(app: NestExpressApplication): string {
  const { counters, tasks } = app.get(RootEventBus).inspect();
  const { emitted, delivered, failed } = counters;
  return `Stopped. ${emitted} events, ${delivered} handler calls: ${failed} failed, ${tasks.length} unfinished.`;
}
