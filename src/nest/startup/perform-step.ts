import {
  type BusWarning,
  delayAfter,
  describeError,
  ignoreOutcome,
  InvalidArgumentError,
  isThenable,
  retryOf,
} from '../../core/index.js';
import { StepTimeoutError } from '../errors.js';
import type { StepProgress } from './schedule.js';
import { StepContext } from './step-context.js';
import type { FoundStep } from './step-finder.js';

/**
 * Calls the method of a step and emits what it returns, as a task of the bus: listed while it runs, its failure logged.
 *
 * @param stop ends it at once, for who waits; the method is told through its signal
 * @param warn is told of attempts that failed and are not the last, and of a `retryIf` that fails itself
 */
export async function performStep(
  progress: StepProgress<FoundStep>,
  stop: AbortSignal,
  warn: Warn,
): Promise<void> {
  const { name, bus, declaration } = progress.step;
  let failure: unknown;
  const task = bus.track(`startup step ${name}`, async (signal) => {
    try {
      const data = await attemptAll(progress, signal, warn);
      if (declaration.emits !== undefined) bus.emit(declaration.emits as string, data);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  const onStop = (): void => void task.cancel(stop.reason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  await task.finished;
  stop.removeEventListener('abort', onStop);
  if (task.state !== 'done') throw failure;
}

/** Calls the method until it succeeds, as often as its options say. @throws what the last attempt does */
async function attemptAll(
  progress: StepProgress<FoundStep>,
  stop: AbortSignal,
  warn: Warn,
): Promise<unknown> {
  const { declaration } = progress.step;
  const options = declaration.retry || undefined;
  const retry = retryOf(options && { attempts: options.attempts, backoff: options.backoff });
  for (;;) {
    try {
      return await attempt(progress, stop);
    } catch (error) {
      const { attempts } = progress;
      if (retry === undefined || attempts >= retry.attempts || stop.aborted) throw error;
      if (!isWorthIt(progress, error, warn)) throw error;
      const delay = delayAfter(attempts, retry.backoff, Math.random());
      warn({
        code: 'EVENT_BUS_STEP_RETRY',
        message: `Attempt ${attempts} of the startup step ${progress.step.name} failed, and the next begins in ${Math.round(delay)} ms. It threw ${String(error)}`,
      });
      await waited(delay, stop);
    }
  }
}

/** What `retryIf` says. Where it fails itself, there are no more attempts: the step fails with its own error, which must not be hidden. */
function isWorthIt({ step, attempts }: StepProgress<FoundStep>, error: unknown, warn: Warn): boolean {
  const { retry } = step.declaration;
  try {
    const verdict: unknown = (retry && retry.retryIf?.(error, attempts)) ?? true;
    if (!isThenable(verdict)) return Boolean(verdict);
    void ignoreOutcome(verdict);
    throw new InvalidArgumentError(
      'retryIf',
      verdict,
      'retryIf must be synchronous, but it returned a promise. Decide by the error and the attempt.',
    );
  } catch (fault) {
    warn({
      code: 'EVENT_BUS_RETRY_IF_FAILED',
      message: `The retryIf of the startup step ${step.name} failed, so there are no more attempts. It threw ${describeError(fault)}`,
    });
    return false;
  }
}

/** Resolves after so many ms. @throws the reason of `stop` as soon as that is aborted */
function waited(delay: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onStop = (): void => {
      clearTimeout(timer);
      reject(stop.reason as Error);
    };
    const timer = setTimeout(() => {
      stop.removeEventListener('abort', onStop);
      resolve();
    }, delay);
    stop.addEventListener('abort', onStop, { once: true });
  });
}

/** Calls the method once. @throws what it throws; StepTimeoutError when its time is up, and the reason of `stop` */
function attempt(progress: StepProgress<FoundStep>, stop: AbortSignal): Promise<unknown> {
  const { instance, name, declaration } = progress.step;
  const { method, timeout } = declaration;
  const controller = new AbortController();
  progress.attempts++;
  return new Promise((resolve, reject) => {
    // Once it has given up, what comes of the call changes nothing any more.
    const giveUp = (reason: Error): void => {
      end();
      reject(reason);
      controller.abort(reason);
    };
    const onStop = (): void => giveUp(stop.reason as Error);
    const onTimeout = (): void => giveUp(new StepTimeoutError(name, timeout));
    const timer = timeout === Infinity ? undefined : setTimeout(onTimeout, timeout);
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    };
    stop.addEventListener('abort', onStop, { once: true });
    const context = new StepContext(controller.signal, progress.attempts);
    const call = async (): Promise<unknown> =>
      (Reflect.get(instance, method) as StepMethod).call(instance, context);
    void call().then(resolve, reject).finally(end);
  });
}

type Warn = (warning: BusWarning) => void;

type StepMethod = (context: StepContext) => unknown;
