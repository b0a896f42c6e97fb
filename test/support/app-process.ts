import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { afterEach } from '@jest/globals';

/** How a process ended: by its exit code or by a signal. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const running = new Set<AppProcess>();

afterEach(() => Promise.all([...running].map((app) => app.kill())));

/**
 * A program as a process of its own, which tells by messages what happens in it. What a test leaves running is killed after it;
 * should the tests themselves be killed, it is up to the program to end when it is disconnected.
 */
export class AppProcess {
  /** What it printed. */
  log = '';
  /** What it told, in order. */
  readonly told: string[] = [];
  readonly ended: Promise<End>;
  readonly #changed = new EventEmitter();

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (text: Buffer) => {
        this.log += text.toString();
      });
    }
    child.on('message', (what: string) => {
      this.told.push(what);
      this.#changed.emit('change');
    });
    child.on('exit', () => this.#changed.emit('change'));
    this.ended = this.#end();
    running.add(this);
  }

  /** Resolves when it has told something. */
  static async start(program: string, env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const app = new AppProcess(
      spawn(process.execPath, [program], {
        env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      }),
    );
    await app.until(() => app.told.length > 0);
    return app;
  }

  count(what: string): number {
    return this.told.filter((told) => told === what).length;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  send(message: string): void {
    this.child.send(message);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Nothing that it has told is still under way. */
  async #end(): Promise<End> {
    const { child } = this;
    await Promise.all([once(child, 'close'), once(child, 'disconnect')]);
    running.delete(this);
    return { code: child.exitCode, signal: child.signalCode };
  }

  async until(condition: () => boolean): Promise<void> {
    const changes = on(this.#changed, 'change');
    while (!condition()) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`The app ended: ${this.log}`);
      }
      await changes.next();
    }
    await changes.return!();
  }
}
