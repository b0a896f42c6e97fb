import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { printFigures } from './figures.js';
import { transpileApp } from '../support/transpiled-app.js';

const HANDLERS = 200;
/** Events that wait in a queue, 10 of them at its handler. */
const QUEUED = 100;

const children: ChildProcess[] = [];

/** A test that fails leaves no process behind. */
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('A Nest app with 200 handlers in flight that gets SIGTERM', () => {
  const { folder, program } = transpileApp('stress/sigterm-app.ts');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finishes them all, and what is in a queue, while what they need is open, exits with 0, and logs what was drained', async () => {
    const app = await App.start(program, 60_000);
    await app.startJobs('job:run', HANDLERS);
    await app.startJobs('job:queued', QUEUED);
    await app.until('began', HANDLERS);
    const exitCode = await app.terminate();
    printFigures('SIGTERM', { 'in flight': app.count('began'), finished: app.finished, exitCode });
    expect([app.count('began'), app.finished, exitCode]).toEqual([HANDLERS, HANDLERS + QUEUED, 0]);
    expect(app.log).toMatch(/The event bus closed: 300 drained, 0 aborted, 0 events dropped, 0 refused/);
    expect(app.log).not.toMatch(/ERROR|WARN/);
  });

  it('aborts at the timeout one that hangs, and names it', async () => {
    const app = await App.start(program, 1_000);
    await app.startJobs('job:run', HANDLERS);
    await app.startJobs('job:hang', 1);
    await app.until('began', HANDLERS);
    await app.until('hangs', 1);
    const exitCode = await app.terminate();
    printFigures('SIGTERM, one hangs', {
      finished: app.finished,
      aborted: app.count('aborted'),
      exitCode,
    });
    expect([app.finished, app.count('aborted'), exitCode]).toEqual([HANDLERS, 1, 0]);
    expect(app.log).toMatch(/did not end in time.* aborted: JobsModule\/Jobs\.hang\./);
    expect(app.log).toMatch(/The event bus closed: 200 drained, 1 aborted, 0 events dropped, 0 refused/);
  });
});

/** The app as a process of its own. */
class App {
  log = '';
  readonly #changed = new EventEmitter();

  private constructor(private readonly child: ChildProcess) {
    children.push(child);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (text: Buffer) => {
        this.log += text.toString();
        this.#changed.emit('change');
      });
    }
    child.on('exit', () => this.#changed.emit('change'));
  }

  /** @param closeTimeout ms */
  static async start(program: string, closeTimeout: number): Promise<App> {
    const app = new App(
      spawn(process.execPath, [program], {
        env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', CLOSE_TIMEOUT: String(closeTimeout) },
        stdio: 'pipe',
      }),
    );
    await app.#until(() => app.#url !== undefined);
    return app;
  }

  get #url(): string | undefined {
    return /told: (http:.*)\n/.exec(this.log)?.[1];
  }

  /** How many handlers came to their end, as it tells when it exits. */
  get finished(): number {
    return Number(/told: (\d+) finished\n/.exec(this.log)?.[1]);
  }

  /** How often it has told that. */
  count(what: string): number {
    return this.log.split(`told: ${what}\n`).length - 1;
  }

  /** Emits so many events by a request each. */
  async startJobs(topic: string, count: number): Promise<void> {
    const url = this.#url;
    const answers = Array.from({ length: count }, () => fetch(`${url}/jobs/${topic}`, { method: 'POST' }));
    await Promise.all(answers);
  }

  /** Resolves once it has told that so many times. */
  until(what: string, count: number): Promise<void> {
    return this.#until(() => this.count(what) === count);
  }

  /** Sends SIGTERM, lets the jobs go on once it has come, and resolves with the exit code. */
  async terminate(): Promise<number> {
    const closed = once(this.child, 'close') as Promise<[number]>;
    this.child.kill('SIGTERM');
    await this.until('stopping', 1);
    this.child.stdin!.write('release');
    const [exitCode] = await closed;
    return exitCode;
  }

  async #until(condition: () => boolean): Promise<void> {
    const changes = on(this.#changed, 'change');
    while (!condition()) {
      if (this.child.exitCode !== null) throw new Error(`The app ended: ${this.log}`);
      await changes.next();
    }
    await changes.return!();
  }
}
