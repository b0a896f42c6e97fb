import type { StepState } from '../../core/index.js';
import type { PlannedStep } from './plan.js';
import type { Need, Step } from './step.js';

/** A step and how far it is. Times are those of the stage's clock, in ms. */
export interface StepProgress<S extends Step = Step> extends PlannedStep<S> {
  readonly needs: readonly StepProgress<S>[];
  state: StepState;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** How often it was begun. */
  attempts: number;
  error: unknown;
  /** The external things that it still waits for. */
  readonly awaited: Set<Need>;
}

/** Where the steps are played: all that a schedule needs of the world. */
export interface Stage<S extends Step> {
  now(): number;
  /** Carries a step out, and resolves when its event has been emitted. */
  perform(progress: StepProgress<S>, signal: AbortSignal): Promise<void>;
  /** Resolves when something has happened that no step brings. */
  happened(need: Need, step: S, signal: AbortSignal): Promise<unknown>;
  /** A step has another state. Must not throw. */
  changed(progress: StepProgress<S>): void;
  /** A step failed, and those that it starved know. Must not throw. */
  failed(progress: StepProgress<S>): void;
}

/**
 * Starts each step at the moment when all that it needs has happened. A step that fails starves those behind it and no others, so
 * that what becomes of each step doesn't depend on which of them was faster.
 */
export class Schedule<S extends Step = Step> {
  /** In an order in which each comes after what it needs. */
  readonly steps: readonly StepProgress<S>[];
  readonly #dependents = new Map<StepProgress<S>, StepProgress<S>[]>();
  readonly #abort = new AbortController();
  readonly #foreground = new Countdown();
  readonly #all = new Countdown();

  constructor(
    plan: readonly PlannedStep<S>[],
    private readonly stage: Stage<S>,
  ) {
    const progress = new Map<PlannedStep<S>, StepProgress<S>>();
    for (const planned of plan) {
      const needs = planned.needs.map((each) => progress.get(each)!);
      const own: StepProgress<S> = {
        ...planned,
        needs,
        ...BEFORE_START,
        awaited: new Set(planned.externals),
      };
      for (const each of needs) this.#dependents.set(each, [...(this.#dependents.get(each) ?? []), own]);
      progress.set(planned, own);
      this.#all.add();
      if (!own.isBackground) this.#foreground.add();
    }
    this.steps = [...progress.values()];
  }

  /** Resolves when every step has ended, in whatever way, but for those behind something external. */
  get foregroundEnded(): Promise<void> {
    return this.#foreground.reached;
  }

  /** Resolves when every step has ended, in whatever way. */
  get allEnded(): Promise<void> {
    return this.#all.reached;
  }

  start(): void {
    for (const step of this.steps) {
      for (const need of step.externals) void this.#await(step, need);
      this.#startIfReady(step);
    }
  }

  /** Ends what has not ended, at once: what runs is told so through its signal, and not waited for. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
    for (const step of this.steps) if (isOpen(step)) this.#end(step, 'aborted');
  }

  /** Those that it starved, directly or by way of others. */
  starvedBy(failed: StepProgress<S>): readonly StepProgress<S>[] {
    return this.steps.filter((step) => step.state === 'starved' && isBehind(step, failed));
  }

  async #await(step: StepProgress<S>, need: Need): Promise<void> {
    try {
      await this.stage.happened(need, step.step, this.#abort.signal);
      step.awaited.delete(need);
      this.#startIfReady(step);
    } catch (error) {
      this.#fail(step, error);
    }
  }

  #startIfReady(step: StepProgress<S>): void {
    const isReady = step.awaited.size === 0 && step.needs.every(({ state }) => state === 'done');
    if (isReady && step.state === 'waiting' && !this.#abort.signal.aborted) void this.#run(step);
  }

  async #run(step: StepProgress<S>): Promise<void> {
    step.startedAt = this.stage.now();
    step.state = 'running';
    this.stage.changed(step);
    try {
      await this.stage.perform(step, this.#abort.signal);
    } catch (error) {
      return this.#fail(step, error);
    }
    if (!isOpen(step)) return;
    this.#end(step, 'done');
    for (const each of this.#dependents.get(step) ?? []) this.#startIfReady(each);
  }

  #fail(step: StepProgress<S>, error: unknown): void {
    if (!isOpen(step)) return;
    step.error = error;
    this.#end(step, 'failed');
    for (const each of this.steps) if (isOpen(each) && isBehind(each, step)) this.#end(each, 'starved');
    this.stage.failed(step);
  }

  #end(step: StepProgress<S>, state: StepState): void {
    step.endedAt = this.stage.now();
    step.state = state;
    this.stage.changed(step);
    if (!step.isBackground) this.#foreground.countDown();
    this.#all.countDown();
  }
}

const BEFORE_START = {
  state: 'waiting',
  startedAt: undefined,
  endedAt: undefined,
  attempts: 0,
  error: undefined,
} as const;

export function isOpen({ state }: { readonly state: StepState }): boolean {
  return state === 'waiting' || state === 'running';
}

/** Whether the step waits for the other, directly or by way of others. */
function isBehind(step: StepProgress, other: StepProgress, seen = new Set<StepProgress>()): boolean {
  return step.needs.some((need) => {
    if (need === other) return true;
    if (seen.has(need)) return false;
    seen.add(need);
    return isBehind(need, other, seen);
  });
}

/** Counts down from as many as were added. */
class Countdown {
  #left = 0;
  #resolve!: () => void;
  readonly #promise = new Promise<void>((resolve) => (this.#resolve = resolve));

  add(): void {
    this.#left++;
  }

  countDown(): void {
    if (--this.#left === 0) this.#resolve();
  }

  /** Resolves at 0. */
  get reached(): Promise<void> {
    if (this.#left === 0) this.#resolve();
    return this.#promise;
  }
}
