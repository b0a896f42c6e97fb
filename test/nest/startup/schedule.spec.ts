import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { planOf } from '../../../src/nest/startup/plan.js';
import { Schedule, type Stage } from '../../../src/nest/startup/schedule.js';
import type { Step } from '../../../src/nest/startup/step.js';

/** A step with what will become of it once it has started, or, for external things, when they come. */
interface Play extends Step {
  readonly takes: number;
  readonly fails: boolean;
  /** When each external thing happens, in ms since the start; undefined: it never does, and its deadline is what ends the waiting. */
  readonly externalAt: Readonly<Record<string, number | undefined>>;
}

const DEADLINE = 5_000;

function play(name: string, more: Partial<Play> & { needs?: string[]; externals?: string[] } = {}): Play {
  const { needs = [], externals = [], ...rest } = more;
  const after = [
    ...needs.map((each) => ({ pattern: `step:${each}`, deadline: undefined })),
    ...externals.map((pattern) => ({ pattern, deadline: DEADLINE })),
  ];
  return {
    name,
    emits: `step:${name}`,
    after,
    optional: false,
    takes: 1,
    fails: false,
    externalAt: {},
    ...rest,
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Plays steps by the fake clock, and writes down all that happens. */
function perform(steps: readonly Play[], onChange: (line: string) => void = () => {}) {
  const { steps: plan, problems } = planOf(steps);
  expect(problems).toEqual([]);
  const began = performance.now();
  const now = (): number => performance.now() - began;
  const starts: [step: string, at: number][] = [];
  const log: string[] = [];
  const signals: AbortSignal[] = [];
  const stage: Stage<Play> = {
    now,
    async perform({ step: { name, takes, fails } }, signal) {
      starts.push([name, now()]);
      signals.push(signal);
      await wait(takes);
      if (fails) throw new Error(`${name} broke`);
    },
    async happened({ pattern, deadline }, step) {
      const at = step.externalAt[pattern];
      await wait(at ?? deadline!);
      if (at === undefined) throw new Error(`${pattern} did not come`);
    },
    changed: ({ step, state }) => {
      log.push(`${step.name} ${state}`);
      onChange(`${step.name} ${state}`);
    },
    failed: (progress) => {
      const starved = schedule.starvedBy(progress).map(({ step }) => step.name);
      log.push(`${progress.step.name} starves ${starved.join(', ') || 'nobody'}`);
    },
  };
  const schedule = new Schedule(plan, stage);
  return { schedule, starts, log, signals };
}

/** What must come of the steps, found the slow way: by going through them in order, since each needs earlier ones only. */
function foretell(steps: readonly Play[]) {
  const ends = new Map<string, { at: number; state: 'done' | 'failed' | 'starved' }>();
  const starts = new Map<string, number>();
  for (const step of steps) {
    let start = 0;
    const ruin: { at: number; state: 'failed' | 'starved' }[] = [];
    for (const { pattern, deadline } of step.after) {
      if (deadline === undefined) {
        const { at, state } = ends.get(pattern.slice('step:'.length))!;
        if (state === 'done') start = Math.max(start, at);
        else ruin.push({ at, state: 'starved' });
      } else {
        const at = step.externalAt[pattern];
        if (at === undefined) ruin.push({ at: deadline, state: 'failed' });
        else start = Math.max(start, at);
      }
    }
    const first = ruin.toSorted((a, b) => a.at - b.at)[0];
    if (first === undefined) {
      starts.set(step.name, start);
      ends.set(step.name, { at: start + step.takes, state: step.fails ? 'failed' : 'done' });
    } else ends.set(step.name, first);
  }
  return { starts, ends };
}

/** 200 steps, each of which needs up to four earlier ones. */
const graphs = fc
  .array(
    fc.record({
      needs: fc.uniqueArray(fc.nat(), { maxLength: 4 }),
      takes: fc.integer({ min: 1, max: 1_000 }),
      fails: fc.integer({ min: 0, max: 19 }).map((dice) => dice === 0),
      // Most need nothing external, and some of what is needed never comes.
      external: fc.constantFrom(...Array<string>(9).fill('none'), 'comes', 'never'),
      comesAt: fc.integer({ min: 1, max: DEADLINE - 1 }),
    }),
    { minLength: 200, maxLength: 200 },
  )
  .map((drawn) =>
    drawn.map(({ needs, takes, fails, external, comesAt }, index) => {
      const earlier = index === 0 ? [] : [...new Set(needs.map((each) => String(each % index)))];
      const outside = `outside:${index}`;
      return play(String(index), {
        needs: earlier,
        takes,
        fails,
        externals: external === 'none' ? [] : [outside],
        externalAt: { [outside]: external === 'comes' ? comesAt : undefined },
      });
    }),
  )
  .chain((steps) =>
    fc.shuffledSubarray(steps, { minLength: 200, maxLength: 200 }).map((order) => ({ steps, order })),
  );

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('A schedule of 200 random steps', () => {
  it('starts each step exactly when its needs are met, never before, never twice, and reports exactly the failed and the starved', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ steps, order }) => {
        const expected = foretell(steps);
        const { schedule, starts, log } = perform(order);
        schedule.start();
        await jest.runAllTimersAsync();
        await schedule.allEnded;

        expect(starts.length).toBe(expected.starts.size);
        expect(new Map(starts)).toEqual(expected.starts);
        const outcome = new Map(
          schedule.steps.map(({ step, state, endedAt }) => [step.name, { at: endedAt, state }]),
        );
        expect(outcome).toEqual(expected.ends);
        for (const { step } of schedule.steps) {
          expect(
            log.filter((line) => line === `${step.name} ${expected.ends.get(step.name)!.state}`),
          ).toHaveLength(1);
        }
        const failed = schedule.steps.filter(({ state }) => state === 'failed');
        const starved = new Set(
          failed.flatMap((each) => schedule.starvedBy(each)).map(({ step }) => step.name),
        );
        expect([...starved].toSorted()).toEqual(
          [...expected.ends].flatMap(([name, { state }]) => (state === 'starved' ? name : [])).toSorted(),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('takes as long as its longest chain when nothing fails', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ steps, order }) => {
        const sound = (each: Play): Play => ({
          ...each,
          fails: false,
          after: each.after.filter(({ deadline }) => deadline === undefined),
        });
        const expected = foretell(steps.map(sound));
        const longest = Math.max(...[...expected.ends.values()].map(({ at }) => at));
        const { schedule } = perform(order.map(sound));
        schedule.start();
        await jest.advanceTimersByTimeAsync(longest - 1);
        expect(schedule.steps.some(({ state }) => state !== 'done')).toBe(longest > 0);
        await jest.advanceTimersByTimeAsync(1);
        await schedule.foregroundEnded;
        expect(schedule.steps.every(({ state }) => state === 'done')).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});

describe('A schedule', () => {
  it('without steps has ended as soon as it is made', async () => {
    const { schedule } = perform([]);
    schedule.start();
    await Promise.all([schedule.foregroundEnded, schedule.allEnded]);
    expect(schedule.steps).toEqual([]);
  });

  it('starts what waits for nothing at once, in the order of declaration', () => {
    const { schedule, starts } = perform([play('b'), play('a'), play('c', { needs: ['a'] })]);
    schedule.start();
    expect(starts).toEqual([
      ['b', 0],
      ['a', 0],
    ]);
  });

  it('goes on with what doesn’t need a failed step, and ends when that has', async () => {
    const { schedule, log } = perform([
      play('db', { fails: true, takes: 10 }),
      play('iam', { needs: ['db'] }),
      play('plugins', { needs: ['iam', 'cache'] }),
      play('cache', { takes: 20 }),
      play('warm', { needs: ['cache'] }),
    ]);
    schedule.start();
    await jest.advanceTimersByTimeAsync(10);
    expect(log).toEqual([
      'db running',
      'cache running',
      'db failed',
      'iam starved',
      'plugins starved',
      'db starves iam, plugins',
    ]);
    await jest.advanceTimersByTimeAsync(11);
    expect(log.slice(6)).toEqual(['cache done', 'warm running', 'warm done']);
    await schedule.allEnded;
  });

  it('has two reasons for a step that two failures starve, and ends it once', async () => {
    const { schedule, log } = perform([
      play('a', { fails: true, takes: 1 }),
      play('b', { fails: true, takes: 2 }),
      play('c', { needs: ['a', 'b'] }),
    ]);
    schedule.start();
    await jest.runAllTimersAsync();
    expect(log.filter((line) => line.startsWith('c'))).toEqual(['c starved']);
    expect(log.filter((line) => line.includes('starves'))).toEqual(['a starves c', 'b starves c']);
  });

  it('doesn’t wait for what is behind something external, and says when that has ended, too', async () => {
    const { schedule, starts } = perform([
      play('web', { takes: 5 }),
      play('vault', { externals: ['vault:opened'], externalAt: { 'vault:opened': 1_000 }, takes: 10 }),
      play('db', { needs: ['vault', 'web'], takes: 10 }),
    ]);
    schedule.start();
    await jest.advanceTimersByTimeAsync(5);
    await schedule.foregroundEnded;
    const ended = jest.fn();
    void schedule.allEnded.then(ended);
    await jest.advanceTimersByTimeAsync(1_014);
    expect(ended).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalled();
    expect(starts).toEqual([
      ['web', 0],
      ['vault', 1_000],
      ['db', 1_010],
    ]);
  });

  it('fails a step whose external thing doesn’t come, without having started it', async () => {
    const { schedule, starts } = perform([
      play('vault', { externals: ['vault:opened', 'vault:checked'] }),
      play('db', { needs: ['vault'] }),
    ]);
    schedule.start();
    await jest.runAllTimersAsync();
    await schedule.allEnded;
    expect(starts).toEqual([]);
    expect(schedule.steps).toMatchObject([
      {
        state: 'failed',
        startedAt: undefined,
        endedAt: DEADLINE,
        error: new Error('vault:opened did not come'),
      },
      { state: 'starved' },
    ]);
  });

  it('that is aborted ends everything at once, and what comes afterwards changes nothing', async () => {
    const { schedule, log, signals } = perform([
      play('a', { takes: 1 }),
      play('b', { takes: 100 }),
      play('c', { takes: 100, fails: true }),
      play('d', { needs: ['b'] }),
      play('e', { externals: ['x:y'], externalAt: { 'x:y': 50 } }),
    ]);
    schedule.start();
    await jest.advanceTimersByTimeAsync(10);
    const reason = new Error('SIGTERM');
    schedule.abort(reason);
    const before = [...log];
    expect(before.slice(4)).toEqual(['b aborted', 'c aborted', 'e aborted', 'd aborted']);
    expect(signals.map((signal) => signal.reason as unknown)).toEqual([reason, reason, reason]);
    await Promise.all([schedule.foregroundEnded, schedule.allEnded]);
    await jest.runAllTimersAsync();
    expect(log).toEqual(before);
    expect(schedule.steps.map(({ state }) => state)).toEqual([
      'done',
      'aborted',
      'aborted',
      'aborted',
      'aborted',
    ]);
  });

  it('that is aborted by who hears of a change starts nothing more', async () => {
    const { schedule, starts } = perform([play('a'), play('b', { needs: ['a'] })], (line) => {
      if (line === 'a done') schedule.abort(new Error('enough'));
    });
    schedule.start();
    await jest.runAllTimersAsync();
    expect(starts).toEqual([['a', 0]]);
  });
});
