import { describe, expect, it } from '@jest/globals';
import type { StepProgress } from '../../../src/nest/startup/schedule.js';
import { rowsOf, timelineOf } from '../../../src/nest/startup/timeline.js';

function progress(
  name: string,
  state: StepProgress['state'],
  [startedAt, endedAt]: [start?: number | undefined, end?: number | undefined],
  needs: StepProgress[] = [],
  attempts = 1,
): StepProgress {
  const step = { name: `A/A.${name}`, emits: `step:${name}`, after: [], optional: false };
  const fixed = { step, needs, externals: [], isBackground: false, awaited: new Set<never>() };
  return { ...fixed, state, startedAt, endedAt, attempts, error: undefined };
}

const vault = progress('vault', 'done', [100, 110]);
const cache = progress('cache', 'done', [100, 130], [], 2);
const db = progress('db', 'done', [130, 160.04], [vault, cache]);
const web = progress('web', 'failed', [100, 105]);
const routes = progress('routes', 'starved', [undefined, 105], [web]);
const running = progress('running', 'running', [110], [vault]);
const waiting = progress('waiting', 'waiting', [], [running], 0);

describe('A timeline', () => {
  const timeline = timelineOf([db, vault, cache, web, routes, running, waiting], 100, 170, undefined);

  it('has start, end and waiting time of each step since the start, in the order of starts', () => {
    expect(timeline.steps.map(({ name, waited, start, end }) => [name.slice(4), waited, start, end])).toEqual(
      [
        ['vault', 0, 0, 10],
        ['cache', 0, 0, 30],
        ['web', 0, 0, 5],
        ['running', 10, 10, undefined],
        ['db', 30, 30, 60],
        ['routes', 5, undefined, 5],
        ['waiting', 70, undefined, undefined],
      ],
    );
  });

  it('has the critical path: the one that ended last, what it waited for last, and so on', () => {
    expect(timeline.criticalPath).toEqual(['A/A.cache', 'A/A.db']);
    expect(timelineOf([], 100, 170, 150)).toEqual({ duration: 50, steps: [], criticalPath: [] });
  });

  it('is a table for people, in which the critical path is marked', () => {
    expect(rowsOf(timeline)).toEqual([
      '   step         emits         waited   took  state',
      '   A/A.vault    step:vault      0 ms  10 ms  done',
      '*  A/A.cache    step:cache      0 ms  30 ms  done, 2 attempts',
      '   A/A.web      step:web        0 ms   5 ms  failed',
      '   A/A.running  step:running   10 ms         running',
      '*  A/A.db       step:db        30 ms  30 ms  done',
      '   A/A.routes   step:routes     5 ms         starved',
      '   A/A.waiting  step:waiting   70 ms         waiting',
    ]);
  });
});
