import type { ModulesContainer } from '@nestjs/core';
import {
  isDefinition,
  type LifecycleEvents,
  type RootEventBus,
  type StepFailure,
  toPattern,
  WaitTimeoutError,
} from '../../core/index.js';
import type { BusHost } from '../bus-host.js';
import { StartupAbortedError, StartupFailedError, StartupGraphError, StepTimeoutError } from '../errors.js';
import type { Owners } from '../owners.js';
import { LIFECYCLE_TOPICS, type LifecycleTopic } from './lifecycle-topics.js';
import { performStep } from './perform-step.js';
import { planOf } from './plan.js';
import { isOpen, Schedule, type StepProgress } from './schedule.js';
import { onShutdownSignal } from './shutdown-signals.js';
import { StartupGraph } from './startup-graph.js';
import { type FoundStep, StepFinder } from './step-finder.js';
import type { Need } from './step.js';
import { rowsOf, type Timeline, timelineOf } from './timeline.js';
import { reportWaiting } from './waiting-report.js';

/**
 * How far an application's life is. `preparing`: not every `onModuleInit` has run. `ready`: `system:boot_complete` has happened.
 * `maintenance`: a step failed behind something external, so that the application runs, but won't get ready. `failed`: it
 * doesn't start. `stopped`: the bus closes now, or is closed.
 */
export type StartupState =
  'preparing' | 'booting' | 'ready' | 'maintenance' | 'failed' | 'stopping' | 'stopped';

/** Leads an application from its first hook to its last: what it emits at which moment, and when steps run. */
export class BootSequence {
  readonly #finder: StepFinder;
  readonly #root: RootEventBus;
  #graph = new StartupGraph([]);
  #schedule: Schedule<FoundStep>;
  #state: Exclude<StartupState, 'maintenance'> = 'preparing';
  /** By the monotonic clock. */
  #startedAt = 0;
  #completedAt: number | undefined;
  #hooksDone = false;
  #finished: Promise<void> | undefined;
  #abortedBy: StartupAbortedError | undefined;
  /** Ends the watch over what must not outlive the startup. */
  #unwatch: () => void = () => {};

  constructor(
    private readonly host: BusHost,
    modules: ModulesContainer,
    owners: Owners,
  ) {
    this.#root = host.root;
    this.#root.retain(...LIFECYCLE_TOPICS);
    this.#finder = new StepFinder(modules, owners, this.#root);
    this.#schedule = this.#scheduleOf([]);
    host.gate.explainWaits((pattern) => this.#whyNotYet(pattern));
  }

  get graph(): StartupGraph {
    return this.#graph;
  }

  get steps(): readonly StepProgress[] {
    return this.#schedule.steps;
  }

  get isComplete(): boolean {
    return this.#state === 'ready';
  }

  get state(): StartupState {
    const isMaintained =
      this.#state === 'booting' && this.#failures(({ isBackground }) => isBackground).length > 0;
    return isMaintained ? 'maintenance' : this.#state;
  }

  timeline(): Timeline {
    return timelineOf(this.steps, this.#startedAt, performance.now(), this.#completedAt);
  }

  /** Finds the steps and judges them. To be called when all providers are there. @throws StartupGraphError */
  prepare(): void {
    const { steps, problems } = this.#finder.find();
    const plan = planOf(steps);
    if (problems.length + plan.problems.length > 0) {
      throw new StartupGraphError([...problems, ...plan.problems]);
    }
    for (const { declaration, emits, after } of steps) {
      if (isDefinition(declaration.emits)) this.#root.register(declaration.emits);
      if (emits !== undefined) this.#root.retain(emits);
      // What is brought while nobody waits yet must not be forgotten before somebody does.
      this.#root.retain(...after.map(({ pattern }) => pattern).filter((each) => toPattern(each).exact));
    }
    this.#graph = new StartupGraph(plan.steps);
    this.#schedule = this.#scheduleOf(plan.steps);
  }

  /** Steps that are found when the startup has begun never run; they are warned of. */
  warnOfLateSteps(): void {
    const late = this.#finder.find().steps.map(({ name }) => name);
    if (late.length === 0) return;
    this.#root.warn({
      code: 'EVENT_BUS_STEP_TOO_LATE',
      message: `${late.join(', ')} will never run: startup steps of modules that are loaded lazily come too late for the startup.`,
    });
  }

  /** Begins the startup: every `onModuleInit` has run, and handlers are live. */
  begin(): void {
    if (this.#state !== 'preparing') return;
    // Closed in an onModuleInit, an application with a server runs the rest of its hooks all the same.
    if (this.host.gate.isClosed) {
      this.#state = 'stopped';
      this.#giveUp('The shutdown');
      return;
    }
    this.#state = 'booting';
    this.#announce('system:starting', { subscriptions: this.host.gate.subscriptions });
    this.#announce('system:started', { steps: this.steps.map(({ step }) => step.name) });
    this.#startedAt = performance.now();
    if (this.steps.length === 0) return;
    const stopReports = reportWaiting(this.host.log, this.#schedule.steps);
    const stopSignals = onShutdownSignal((signal) => this.#abort(signal));
    this.#unwatch = () => {
      stopReports();
      stopSignals();
    };
    this.#schedule.start();
  }

  /** Resolves when the application may listen: its steps are done, as far as they aren't behind something external. @throws StartupFailedError, StartupAbortedError */
  finish(): Promise<void> {
    return (this.#finished ??= this.#finish());
  }

  /** The application stops: what waits and runs is told so. */
  stop(): void {
    if (this.#state === 'preparing' || this.#state === 'stopping' || this.#state === 'stopped') return;
    const wasReady = this.isComplete;
    this.#state = 'stopping';
    this.#unwatch();
    this.#announce('system:stopping', { wasReady });
    this.#giveUp('The shutdown');
  }

  /** Everybody else has stopped. */
  end(signal: string | undefined): void {
    // Who has closed the bus himself wants to hear no more.
    if (this.#state !== 'stopping' || this.host.gate.isClosed) return;
    this.#state = 'stopped';
    this.#announce('system:stopped', { signal });
  }

  async #finish(): Promise<void> {
    const { foregroundEnded, allEnded } = this.#schedule;
    await foregroundEnded;
    if (this.#state !== 'booting') {
      // Closed while it starts, an application with a server goes on to listen, unless the start fails.
      if (this.#abortedBy !== undefined) throw this.#abortedBy;
      return;
    }
    const failures = this.#failures(({ isBackground }) => !isBackground);
    if (this.#abortedBy !== undefined || failures.length > 0) {
      this.#state = 'failed';
      this.#unwatch();
      const error = this.#abortedBy ?? new StartupFailedError(failures);
      this.#schedule.abort(error);
      this.#announce('system:boot_failed', { failures });
      throw error;
    }
    this.#hooksDone = true;
    if (this.steps.every((step) => !isOpen(step))) this.#complete();
    else void allEnded.then(() => this.#complete());
  }

  #complete(): void {
    this.#unwatch();
    if (this.#state !== 'booting' || this.#failures().length > 0) return;
    this.#state = 'ready';
    this.#completedAt = performance.now();
    const degraded = this.steps.filter(({ state }) => state !== 'done').map(({ step }) => step.name);
    if (this.steps.length > 0) {
      const timeline = this.timeline();
      const { duration, criticalPath } = timeline;
      const title = `Startup complete after ${duration} ms${degraded.length > 0 ? ', degraded' : ''}; the critical path is marked`;
      this.host.log?.info({ duration, criticalPath, degraded }, title);
      // Loggers keep what is logged on one line.
      for (const row of rowsOf(timeline)) this.host.log?.info(row);
    }
    this.#announce('system:boot_complete', { degraded });
  }

  #abort(signal: string): void {
    if (this.#state === 'booting' && !this.#hooksDone) this.#giveUp(signal);
  }

  /** Ends the steps that have not ended. */
  #giveUp(cause: string): void {
    if (this.steps.length === 0) return;
    this.#abortedBy ??= new StartupAbortedError(cause, this.#pending());
    this.#schedule.abort(this.#abortedBy);
  }

  #scheduleOf(plan: ConstructorParameters<typeof Schedule<FoundStep>>[0]): Schedule<FoundStep> {
    return new Schedule(plan, {
      now: () => performance.now(),
      perform: (progress, signal) => performStep(progress, signal, (warning) => this.#root.warn(warning)),
      happened: (need, { name }, signal) => this.#happened(need, name, signal),
      changed: (progress) => this.#tellPhase(progress),
      failed: (progress) => this.#tellFailure(progress),
    });
  }

  async #happened({ pattern, deadline }: Need, step: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#root.waitFor<string>(pattern, { past: true, timeout: deadline, signal });
    } catch (error) {
      throw error instanceof WaitTimeoutError ? new StepTimeoutError(step, deadline!, pattern) : error;
    }
  }

  #tellPhase({ step, state, isBackground }: StepProgress): void {
    if (state === 'waiting' || this.#state === 'stopping' || this.#state === 'stopped') return;
    const ended = this.steps.filter((each) => !isOpen(each)).length;
    const { name, emits: topic } = step;
    const total = this.steps.length;
    this.#announce('system:boot_phase', { step: name, topic, state, isBackground, ended, total });
  }

  #tellFailure(progress: StepProgress<FoundStep>): void {
    const failure = this.#failureOf(progress);
    const { step, starved } = failure;
    const fate = progress.step.optional
      ? 'It is optional, so the start goes on.'
      : progress.isBackground
        ? 'The application runs, but it won’t get ready.'
        : 'The start fails when the other steps have ended.';
    const chain = starved.length === 0 ? '' : ` These will not run: ${starved.join(', ')}.`;
    // What the method throws is in the log already, with its stack.
    const reason = progress.attempts === 0 ? `: ${(progress.error as Error).message}` : '.';
    this.#root.warn({
      code: 'EVENT_BUS_STEP_FAILED',
      message: `The startup step ${step} failed${reason}${chain} ${fate}`,
    });
    if (progress.isBackground && !progress.step.optional) this.#announce('system:maintenance_mode', failure);
  }

  /** Those that count: of steps that aren't optional. */
  #failures(isMeant: (progress: StepProgress) => boolean = () => true): StepFailure[] {
    return this.#schedule.steps
      .filter((each) => each.state === 'failed' && !each.step.optional && isMeant(each))
      .toSorted((a, b) => a.endedAt! - b.endedAt!)
      .map((each) => this.#failureOf(each));
  }

  #failureOf(progress: StepProgress<FoundStep>): StepFailure {
    const { name, emits } = progress.step;
    const starved = this.#schedule.starvedBy(progress).map(({ step }) => step.name);
    return { step: name, topic: emits, error: progress.error, starved };
  }

  #pending(): readonly string[] {
    return this.steps.filter(isOpen).map(({ step }) => step.name);
  }

  /** Why what is waited for can't come yet, if it can't. */
  #whyNotYet(pattern: string): string | undefined {
    const isPreparing = this.#state === 'preparing';
    if (!isPreparing && (this.#state !== 'booting' || this.#hooksDone)) return undefined;
    const wanted = toPattern(pattern);
    const bringer = isPreparing
      ? this.steps.find(({ step }) => step.emits !== undefined && wanted.matches(step.emits))
      : undefined;
    const topic = LIFECYCLE_TOPICS.find(
      (each) => wanted.matches(each) && (isPreparing || each === 'system:boot_complete'),
    );
    if (bringer !== undefined) {
      return `"${bringer.step.emits}" comes from the startup step ${bringer.step.name}, which runs when every onModuleInit has: awaited in one, it never comes.`;
    }
    if (topic === undefined) return undefined;
    const hook = isPreparing ? 'onModuleInit' : 'onApplicationBootstrap';
    return `"${topic}" comes when every ${hook} has run: awaited in one, it never comes.`;
  }

  #announce<T extends LifecycleTopic>(topic: T, data: LifecycleEvents[T]): void {
    try {
      (this.#root as RootEventBus<LifecycleEvents>).emit<string>(topic, data);
    } catch (error) {
      this.#root.warn({
        code: 'EVENT_BUS_UNANNOUNCED',
        message: `${topic} could not be emitted: ${String(error)}`,
      });
    }
  }
}
