import { describe, expect, it } from '@jest/globals';
import { RootEventBus } from 'nestjs-event-bus/core';
import { settled } from '../support/heap.js';
import { printFigures } from './figures.js';
import { drawn, seededRandom } from './random.js';

const EVENTS = 50_000;
const KEYS = 16;
const CONCURRENCY = 10;
const AT_A_TIME = 2_000;

interface Step {
  readonly nth: number;
  readonly key: number;
}

describe('50,000 events of 16 keys, 10 at a time, of which 5 % fail and are tried again', () => {
  it('are handled once each, and in order for each key', async () => {
    const failing = drawn(EVENTS, 0.05, 3);
    const failingTwice = drawn(EVENTS, 0.005, 4);
    const random = seededRandom(5);
    const steps = Array.from({ length: EVENTS }, (_, nth): Step => ({
      nth,
      key: Math.floor(random() * KEYS),
    }));
    const bus = new RootEventBus();
    bus.observe({ failed: () => undefined });
    const handled: number[][] = Array.from({ length: KEYS }, () => []);
    /** By key, the event that is between its first attempt and its success. */
    const atWork = new Map<number, number>();
    const attempts = new Uint8Array(EVENTS);
    const violations: string[] = [];
    let mostAtOnce = 0;

    bus.on(
      'job:step',
      async ({ nth, key }: Step) => {
        const other = atWork.get(key);
        if (other !== undefined && other !== nth) violations.push(`${nth} begins while ${other} is at work`);
        atWork.set(key, nth);
        mostAtOnce = Math.max(mostAtOnce, atWork.size);
        const attempt = ++attempts[nth]!;
        for (let turns = nth % 3; turns > 0; turns--) await settled();
        const failures = Number(failing.has(nth)) + Number(failingTwice.has(nth));
        if (attempt <= failures) throw new Error('on purpose');
        atWork.delete(key);
        handled[key]!.push(nth);
      },
      {
        queue: { overflow: 'wait', concurrency: CONCURRENCY, orderBy: ({ data }) => data.key },
        retry: { attempts: 3, backoff: 1 },
      },
    );
    for (let from = 0; from < EVENTS; from += AT_A_TIME) {
      await Promise.all(steps.slice(from, from + AT_A_TIME).map((step) => bus.emitAsync('job:step', step)));
    }
    await bus.idle();

    const expected = Array.from({ length: KEYS }, (_, key) =>
      steps.filter((step) => step.key === key).map(({ nth }) => nth),
    );
    printFigures('order by key', {
      handled: handled.flat().length,
      attempts: attempts.reduce((sum, count) => sum + count, 0),
      'most at once': mostAtOnce,
    });
    expect(violations).toEqual([]);
    expect(handled.map((ofKey, key) => firstDifference(ofKey, expected[key]!))).toEqual(Array(KEYS).fill(-1));
    expect(
      attempts.findIndex(
        (count, nth) => count !== 1 + Number(failing.has(nth)) + Number(failingTwice.has(nth)),
      ),
    ).toBe(-1);
    expect(mostAtOnce).toBe(CONCURRENCY);
    expect(bus.deadLetters.list()).toEqual([]);
  });
});

function firstDifference(a: readonly number[], b: readonly number[]): number {
  return Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, at) => a[at] !== b[at]);
}
