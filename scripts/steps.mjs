import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program with this process's output as its own, and resolves with its exit code; one that a signal ended, or
 * that couldn't be started, counts as failed. A string is a shell command line, an array a program and its arguments.
 */
export function run(command, { env = {}, cwd = root } = {}) {
  const [program, args, shell] =
    typeof command === 'string' ? [command, [], true] : [command[0], command.slice(1), false];
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Named steps, each with a heading and its duration; one that fails is remembered and doesn't stop the others. */
export class Steps {
  #failed = [];
  #started = performance.now();

  /**
   * Runs `work`, a command for `run` or a function, and resolves with whether it passed. It fails by an exit code
   * other than 0, by `false` or by throwing.
   */
  async step(name, work) {
    console.log(`\n=== ${name}`);
    const started = performance.now();
    let passed = false;
    try {
      passed = typeof work === 'function' ? (await work()) !== false : (await run(work)) === 0;
    } catch (error) {
      console.error(error);
    }
    if (!passed) this.#failed.push(name);
    console.log(`--- ${name}: ${passed ? 'passed' : 'FAILED'} in ${seconds(started)}`);
    return passed;
  }

  /** Prints the total, names what failed, and sets this process's exit code accordingly. */
  finish() {
    const failed = this.#failed.length === 0 ? 'none' : this.#failed.join('; ');
    console.log(`\nTook ${seconds(this.#started)}. Failed steps: ${failed}.`);
    if (this.#failed.length > 0) process.exitCode = 1;
  }
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
