import { toPattern } from '../../core/index.js';
import { type LifecycleTopic, LIFECYCLE_TOPICS } from './lifecycle-topics.js';
import type { Need, Step } from './step.js';

/** A step with all that it waits for found. */
export interface PlannedStep<S extends Step = Step> {
  readonly step: S;
  /** The steps that must have ended well. */
  readonly needs: readonly PlannedStep<S>[];
  /** What no step brings. */
  readonly externals: readonly Need[];
  /** Whether it is behind something external, itself or by way of others: nobody waits for it before the application listens. */
  readonly isBackground: boolean;
}

/** The steps of an application, in an order in which each comes after what it needs, as far as there is one. */
export interface Plan<S extends Step = Step> {
  readonly steps: readonly PlannedStep<S>[];
  /** What is wrong, in whole sentences. With any, the steps can't run. */
  readonly problems: readonly string[];
}

/** What has happened by the time that the first step starts. */
const BEFORE_ALL: readonly LifecycleTopic[] = ['system:starting', 'system:started'];

/** Finds what each step needs, and everything that would keep a step from ever running. */
export function planOf<S extends Step>(steps: readonly S[]): Plan<S> {
  const emitters = new Map<string, S[]>();
  for (const step of steps) {
    if (step.emits !== undefined) emitters.set(step.emits, [...(emitters.get(step.emits) ?? []), step]);
  }
  const problems: string[] = [];
  for (const [topic, several] of emitters) problems.push(...judgeTopic(topic, several));

  const needs = new Map<S, readonly S[]>();
  for (const step of steps) {
    const found = new Set<S>();
    for (const need of step.after) {
      const bringers = bringersOf(need, step, emitters);
      const problem = judgeNeed(need, step, bringers);
      if (problem !== undefined) problems.push(problem);
      else if (need.deadline === undefined) for (const each of bringers) found.add(each);
    }
    needs.set(step, [...found]);
  }
  problems.push(...weakNeeds(needs));
  const { sorted, circles } = sort(needs);
  return { steps: plannedInOrder(sorted, needs), problems: [...problems, ...circles.map(describeCircle)] };
}

/** The steps that emit what is needed; a pattern doesn't mean the step itself. */
function bringersOf<S extends Step>(
  { pattern }: Need,
  step: S,
  emitters: ReadonlyMap<string, readonly S[]>,
): readonly S[] {
  const compiled = toPattern(pattern);
  if (compiled.exact) return emitters.get(pattern) ?? [];
  return [...emitters].flatMap(([topic, bringers]) =>
    compiled.matches(topic) ? bringers.filter((each) => each !== step) : [],
  );
}

function judgeTopic(topic: string, emitters: readonly Step[]): string[] {
  const problems: string[] = [];
  if (emitters.length > 1) {
    problems.push(
      `"${topic}" is emitted by ${emitters.length} startup steps: ${namesOf(emitters)}. Each topic is one step’s.`,
    );
  }
  if ((LIFECYCLE_TOPICS as readonly string[]).includes(topic)) {
    problems.push(`${namesOf(emitters)} can’t emit "${topic}", which is the bus’s own.`);
  }
  return problems;
}

function judgeNeed({ pattern, deadline }: Need, step: Step, bringers: readonly Step[]): string | undefined {
  const isExternal = deadline !== undefined;
  if (isExternal && bringers.length > 0) {
    return (
      `${step.name} waits for external('${pattern}'), which the startup step ${namesOf(bringers)} brings. ` +
      `Write after: '${pattern}'.`
    );
  }
  if (isExternal || bringers.length > 0 || (BEFORE_ALL as readonly string[]).includes(pattern))
    return undefined;
  if ((LIFECYCLE_TOPICS as readonly string[]).includes(pattern)) {
    return `${step.name} waits for "${pattern}", which comes only after all steps.`;
  }
  return (
    `${step.name} waits for "${pattern}", which no ${toPattern(pattern).exact ? '' : 'other '}startup step emits. ` +
    `If other code, a person or another system brings it, write external('${pattern}').`
  );
}

/** A step that must not fail can't depend on one that may. */
function weakNeeds(needs: ReadonlyMap<Step, readonly Step[]>): string[] {
  return [...needs].flatMap(([step, needed]) => {
    const optional = step.optional ? [] : needed.filter((each) => each.optional);
    if (optional.length === 0) return [];
    return (
      `${step.name} is not optional, but waits for ${namesOf(optional)}, which ${optional.length === 1 ? 'is' : 'are'}: ` +
      'without it, it could never run. Make both optional, or neither.'
    );
  });
}

/** The steps in an order that runs, and circles that share no step; what is behind a circle comes as if that were broken. */
function sort<S extends Step>(needs: ReadonlyMap<S, readonly S[]>): { sorted: S[]; circles: S[][] } {
  const dependents = new Map<S, S[]>();
  const missing = new Map<S, number>();
  for (const [step, needed] of needs) {
    missing.set(step, needed.length);
    for (const each of needed) dependents.set(each, [...(dependents.get(each) ?? []), step]);
  }
  const sorted: S[] = [];
  const circles: S[][] = [];
  const ready = [...needs.keys()].filter((step) => missing.get(step) === 0);
  const release = (step: S): void => {
    sorted.push(step);
    missing.delete(step);
    for (const each of dependents.get(step) ?? []) {
      const left = missing.get(each);
      if (left === undefined) continue;
      missing.set(each, left - 1);
      if (left === 1) ready.push(each);
    }
  };
  for (;;) {
    for (let step = ready.shift(); step !== undefined; step = ready.shift()) {
      if (missing.has(step)) release(step);
    }
    const [stuck] = missing.keys();
    if (stuck === undefined) return { sorted, circles };
    const circle = circleFrom(stuck, (step) => needs.get(step)!.find((each) => missing.has(each))!);
    circles.push(circle);
    for (const step of circle) release(step);
  }
}

/** Follows what is needed until a step comes again. */
function circleFrom<S>(start: S, next: (step: S) => S): S[] {
  const way: S[] = [];
  let step = start;
  for (; !way.includes(step); step = next(step)) way.push(step);
  return way.slice(way.indexOf(step));
}

function describeCircle(circle: readonly Step[]): string {
  const [first] = circle;
  if (circle.length === 1) return `${first!.name} waits for "${first!.emits}", which it emits itself.`;
  const way = [...circle, first!].map(({ name, emits }) => `${name} ("${emits}")`);
  return `Startup steps wait for each other in a circle: ${way.join(' waits for ')}.`;
}

function plannedInOrder<S extends Step>(
  sorted: readonly S[],
  needs: ReadonlyMap<S, readonly S[]>,
): readonly PlannedStep<S>[] {
  const planned = new Map<S, PlannedStep<S>>();
  for (const step of sorted) {
    const needed = needs.get(step)!.flatMap((each) => planned.get(each) ?? []);
    const externals = step.after.filter(({ deadline }) => deadline !== undefined);
    const isBackground = externals.length > 0 || needed.some((each) => each.isBackground);
    planned.set(step, { step, needs: needed, externals, isBackground });
  }
  return [...planned.values()];
}

function namesOf(steps: readonly Step[]): string {
  return steps.map(({ name }) => name).join(' and ');
}
