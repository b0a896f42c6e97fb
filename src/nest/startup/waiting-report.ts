import type { Logger } from '../../logging/index.js';
import { isOpen, type StepProgress } from './schedule.js';

/** How often it is told what the startup waits for, in ms. */
const INTERVAL = 5_000;

/** Logs, every few seconds while steps have not ended, what is awaited and by whom. Returns what stops it. */
export function reportWaiting(log: Logger | undefined, steps: readonly StepProgress[]): () => void {
  if (log === undefined) return () => {};
  const timer = setInterval(() => {
    const waiting = describeWaiting(steps, performance.now());
    if (waiting !== undefined) log.info(`Startup waits for ${waiting}`);
    else if (!steps.some(isOpen)) clearInterval(timer);
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}

/** Such as `vault:opened (external), for A/B.c; D/E.f, which runs for 7 s`; undefined if nothing is. */
function describeWaiting(steps: readonly StepProgress[], now: number): string | undefined {
  const wanting = new Map<string, string[]>();
  for (const { step, awaited, state } of steps) {
    if (state !== 'waiting') continue;
    for (const { pattern } of awaited) wanting.set(pattern, [...(wanting.get(pattern) ?? []), step.name]);
  }
  const external = [...wanting].map(([pattern, names]) => `${pattern} (external), for ${names.join(', ')}`);
  const running = steps
    .filter(({ state }) => state === 'running')
    .map(({ step, startedAt }) => `${step.name}, which runs for ${Math.round((now - startedAt!) / 1_000)} s`);
  return [...external, ...running].join('; ') || undefined;
}
