import { describe, expect, it } from '@jest/globals';
import { planOf } from '../../../src/nest/startup/plan.js';
import type { Step } from '../../../src/nest/startup/step.js';

/** `a(b c)` is a step A.a that emits `step:a` and waits for `step:b` and `step:c`; what begins with `!` is external, with `*` a pattern. */
function step(name: string, after: string[] = [], more: Partial<Step> = {}): Step {
  const needs = after.map((each) =>
    each.startsWith('!')
      ? { pattern: each.slice(1), deadline: 5 }
      : { pattern: each.includes(':') ? each : `step:${each}`, deadline: undefined },
  );
  return { name: `A/A.${name}`, emits: `step:${name}`, after: needs, optional: false, ...more };
}

/** What each planned step needs, by short name. */
const needsOf = (steps: Step[]): Record<string, string> =>
  Object.fromEntries(
    planOf(steps).steps.map(({ step: { name }, needs }) => [
      name.slice(4),
      needs.map((each) => each.step.name.slice(4)).join(' '),
    ]),
  );

describe('A plan', () => {
  it('has each step after what it needs, whatever the order of declaration', () => {
    const { steps, problems } = planOf([step('c', ['b', 'a']), step('b', ['a']), step('d'), step('a')]);
    expect(problems).toEqual([]);
    expect(steps.map(({ step: { name } }) => name.slice(4))).toEqual(['d', 'a', 'b', 'c']);
    expect(needsOf([step('c', ['b', 'a', 'a']), step('b', ['a']), step('a')])).toEqual({
      a: '',
      b: 'a',
      c: 'b a',
    });
  });

  it('lets a pattern mean all other steps whose topics match', () => {
    expect(
      needsOf([
        step('a'),
        step('b'),
        step('all', ['step:*']),
        step('silent', ['step:all', 'step:a'], { emits: undefined }),
      ]),
    ).toEqual({
      a: '',
      b: '',
      all: 'a b',
      silent: 'all a',
    });
  });

  it('has what waits for the start itself wait for nothing', () => {
    expect(planOf([step('a', ['system:started', 'system:starting'])])).toMatchObject({
      problems: [],
      steps: [{ needs: [] }],
    });
  });

  it('puts into the background what is behind something external, itself or by way of others', () => {
    const { steps } = planOf([
      step('web'),
      step('vault', ['!vault:opened']),
      step('db', ['vault', 'web']),
      step('iam', ['db']),
    ]);
    expect(
      steps.filter(({ isBackground }) => isBackground).map(({ step: { name } }) => name.slice(4)),
    ).toEqual(['vault', 'db', 'iam']);
  });

  it('of a chain of ten thousand steps is found without exhausting the stack', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      step(String(index), index === 0 ? [] : [String(index - 1)]),
    );
    expect(planOf(chain.toReversed()).steps.map(({ step: each }) => each)).toEqual(chain);
  });
});

describe('The problems of a plan', () => {
  it('name a topic that nothing brings, and who waits for it', () => {
    expect(planOf([step('a', ['db:conected', 'plugin:*'])]).problems).toEqual([
      'A/A.a waits for "db:conected", which no startup step emits. If other code, a person or another system brings it, write external(\'db:conected\').',
      'A/A.a waits for "plugin:*", which no other startup step emits. If other code, a person or another system brings it, write external(\'plugin:*\').',
    ]);
  });

  it('name two steps for one topic', () => {
    expect(planOf([step('a'), step('b', [], { emits: 'step:a' })]).problems).toEqual([
      '"step:a" is emitted by 2 startup steps: A/A.a and A/A.b. Each topic is one step’s.',
    ]);
  });

  it('name a circle by the way that leads through it', () => {
    expect(
      planOf([step('ahead', ['b']), step('a', ['c']), step('b', ['a']), step('c', ['b'])]).problems,
    ).toEqual([
      'Startup steps wait for each other in a circle: A/A.b ("step:b") waits for A/A.a ("step:a") waits for A/A.c ("step:c") waits for A/A.b ("step:b").',
    ]);
    expect(planOf([step('a', ['a'])]).problems).toEqual(['A/A.a waits for "step:a", which it emits itself.']);
  });

  it('name circles apart, each once', () => {
    const { problems } = planOf([
      step('a', ['b']),
      step('b', ['a']),
      step('c', ['d', 'a']),
      step('d', ['c']),
    ]);
    expect(problems).toHaveLength(2);
    expect(problems.join()).toMatch(/A\.a.*A\.b.*A\.c.*A\.d/);
  });

  it('name what must not fail and depends on what may', () => {
    expect(planOf([step('cache', [], { optional: true }), step('web', ['cache'])]).problems).toEqual([
      'A/A.web is not optional, but waits for A/A.cache, which is: without it, it could never run. Make both optional, or neither.',
    ]);
    expect(
      planOf([step('cache', [], { optional: true }), step('web', ['cache'], { optional: true })]).problems,
    ).toEqual([]);
    expect(planOf([step('db'), step('web', ['db'], { optional: true })]).problems).toEqual([]);
  });

  it('name external things that a step brings', () => {
    expect(planOf([step('db'), step('web', ['!step:db'])]).problems).toEqual([
      "A/A.web waits for external('step:db'), which the startup step A/A.db brings. Write after: 'step:db'.",
    ]);
  });

  it('name who emits, or waits too long for, an event of the bus itself', () => {
    expect(
      planOf([step('a', ['system:boot_complete']), step('b', [], { emits: 'system:started' })]).problems,
    ).toEqual([
      'A/A.b can’t emit "system:started", which is the bus’s own.',
      'A/A.a waits for "system:boot_complete", which comes only after all steps.',
    ]);
  });

  it('come all at once', () => {
    const { problems } = planOf([
      step('a', ['b']),
      step('b', ['a']),
      step('x', ['nowhere']),
      step('y', [], { emits: 'step:x' }),
    ]);
    expect(problems).toHaveLength(3);
  });
});
