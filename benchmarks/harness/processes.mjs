import { fork } from 'node:child_process';
import { join } from 'node:path';

const WORKER = join(import.meta.dirname, 'worker.mjs');

/** The process of one contender in one scenario. Idle, but for the rounds that it is told to do. */
export class ContenderProcess {
  #child;
  #failed;

  /** @param node path of the Node to run on */
  constructor(node, { name, flags = [] }, contender, size) {
    const args = [name, contender, ...(size === undefined ? [] : [String(size)])];
    this.#child = fork(WORKER, args, {
      execPath: node,
      execArgv: ['--expose-gc', '--no-warnings', ...flags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#failed = new Promise((_, reject) => {
      this.#child.once('exit', (code, signal) =>
        reject(new Error(`${contender} in ${name} ended with ${signal ?? code}.`)),
      );
    });
    this.#failed.catch(() => {});
  }

  /** Resolves once the process is warm. */
  ready() {
    return this.#answer();
  }

  /** One round: resolves with what was measured. */
  async round() {
    this.#child.send('round');
    return (await this.#answer()).value;
  }

  end() {
    this.#child.disconnect();
  }

  #answer() {
    return Promise.race([new Promise((resolve) => this.#child.once('message', resolve)), this.#failed]);
  }
}
