import type { StepState } from '../../core/index.js';
import type { StepProgress } from './schedule.js';

/** When a step ran. Times are in ms since `system:started`. */
export interface StepTiming {
  /** `Module/Class.method` */
  readonly name: string;
  readonly topic: string | undefined;
  readonly state: StepState;
  /** How long it waited for what it needs: until it started, ended without having started, or until now. */
  readonly waited: number;
  /** Undefined if it has not started. */
  readonly start: number | undefined;
  /** Undefined if it has not ended. */
  readonly end: number | undefined;
  /** How often its method was called. */
  readonly attempts: number;
}

/** How the startup went, or goes. */
export interface Timeline {
  /** ms from `system:started` to `system:boot_complete`; undefined until then. */
  readonly duration: number | undefined;
  /** In the order in which they started. */
  readonly steps: readonly StepTiming[];
  /** The names of the steps that the start took as long as: the one that ended last, what it waited for last, and so on; in order. */
  readonly criticalPath: readonly string[];
}

/** @param startedAt when the schedule was started, by the clock of its stage */
export function timelineOf(
  steps: readonly StepProgress[],
  startedAt: number,
  now: number,
  completedAt: number | undefined,
): Timeline {
  const since = (at: number): number => Math.round((at - startedAt) * 10) / 10;
  const timings = steps.map(({ step, state, startedAt: start, endedAt: end, attempts }) => ({
    name: step.name,
    topic: step.emits,
    state,
    waited: since(start ?? end ?? now),
    start: start === undefined ? undefined : since(start),
    end: end === undefined ? undefined : since(end),
    attempts,
  }));
  return {
    duration: completedAt === undefined ? undefined : since(completedAt),
    steps: timings.toSorted((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || 0),
    criticalPath: criticalPathOf(steps),
  };
}

function criticalPathOf(steps: readonly StepProgress[]): readonly string[] {
  const path: string[] = [];
  for (let step = lastOf(steps); step !== undefined; step = lastOf(step.needs)) path.unshift(step.step.name);
  return path;
}

/** The one that was done last. */
function lastOf(steps: readonly StepProgress[]): StepProgress | undefined {
  return steps.reduce<StepProgress | undefined>(
    (last, each) => (each.state === 'done' && each.endedAt! >= (last?.endedAt ?? -Infinity) ? each : last),
    undefined,
  );
}

const HEADINGS = ['', 'step', 'emits', 'waited', 'took', 'state'];
const RIGHT = new Set([3, 4]);

/** The rows of a table for people, headings first; those on the critical path are marked. */
export function rowsOf({ steps, criticalPath }: Timeline): readonly string[] {
  const rows = steps.map(({ name, topic = '', waited, start, end, state, attempts }) => [
    criticalPath.includes(name) ? '*' : '',
    name,
    topic,
    `${waited} ms`,
    start === undefined || end === undefined ? '' : `${Math.round((end - start) * 10) / 10} ms`,
    attempts > 1 ? `${state}, ${attempts} attempts` : state,
  ]);
  const widths = HEADINGS.map((_, at) => Math.max(...[HEADINGS, ...rows].map((row) => row[at]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (RIGHT.has(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  return [HEADINGS, ...rows].map(line);
}
