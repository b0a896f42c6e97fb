import type { CloseReport } from './close-report.js';
import type { Engine } from '../engine.js';
import { BusClosedError, IdleTimeoutError, NotStartedError } from '../errors.js';
import { nameList } from '../name-list.js';
import { intakeOf } from '../subscription/subscription.js';

/** What the counts of a report start from. */
export interface CountsBefore {
  readonly ended: number;
  readonly lost: number;
  readonly refused: number;
}

export function countsOf({ tasks, counters }: Engine): CountsBefore {
  return { ended: tasks.ended, lost: counters.lost, refused: counters.refused };
}

/** Resolves when nothing is in flight. @throws IdleTimeoutError, NotStartedError */
export async function idle(engine: Engine, timeout: number): Promise<void> {
  if (await isIdleWithin(engine, timeout)) return;
  throw new IdleTimeoutError(timeout, runningNames(engine));
}

/** Waits until nothing is in flight, for so many ms at most. Answers whether that came about. @throws NotStartedError */
export async function isIdleWithin(engine: Engine, timeout: number): Promise<boolean> {
  const deadline = performance.now() + timeout;
  for (;;) {
    if (engine.held !== undefined && engine.held.size > 0) throw new NotStartedError(engine.held.size);
    if (engine.tasks.size === 0) return true;
    if (!(await within(engine.tasks.whenEmpty(), deadline - performance.now()))) return false;
  }
}

/**
 * Closes the bus for good. For at most half of the timeout the door stays open, so that what was accepted can emit what
 * follows from it; an app whose requests never cease can't delay the end. Then new events are refused, and what is in
 * flight has the rest of the time. What is left is aborted through its signal.
 *
 * @param before as they were when the shutdown began
 */
export async function close(
  engine: Engine,
  timeout: number,
  before = countsOf(engine),
): Promise<CloseReport> {
  const { tasks, counters } = engine;
  dropHeld(engine);
  const start = performance.now();
  await isIdleWithin(engine, timeout / 2);
  engine.closed = true;
  const droppedBefore = counters.dropped;
  await isIdleWithin(engine, timeout - (performance.now() - start));
  const drained = tasks.ended - before.ended;
  const aborted = [...runningNames(engine), ...waitingNames(engine)];
  const reason = new BusClosedError('work in flight did not end in time');
  if (aborted.length > 0) {
    engine.warn({
      code: 'EVENT_BUS_ABORTED',
      message: `The bus closed while work was in flight, or waited, that did not end in time and was aborted: ${nameList(aborted)}.`,
    });
  }
  for (const task of tasks.list()) task.cancel(reason);
  engine.shutoff.abort(reason);
  engine.root.close();
  const dropped = counters.dropped - droppedBefore + counters.lost - before.lost;
  return { drained, aborted, dropped, refused: counters.refused - before.refused };
}

/** What is still held belongs to an app that never started, and whose handlers must not run. */
function dropHeld(engine: Engine): void {
  const held = engine.held;
  engine.held = undefined;
  if (held !== undefined && held.size > 0) {
    engine.warn({
      code: 'EVENT_BUS_NEVER_STARTED',
      message: `The application never started, so ${held.size} held event${held.size === 1 ? '' : 's'} did not reach the handlers that waited for the start.`,
    });
  }
  for (const { router } of engine.root.tree()) {
    for (const subscription of [...router]) if (subscription.held) subscription.unsubscribe();
  }
}

function runningNames(engine: Engine): string[] {
  return engine.tasks.list().map(({ name }) => name);
}

/** Whether the promise resolves in so many ms; `Infinity` waits as long as it takes. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  if (ms === Infinity) return promise.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms));
  });
  try {
    return await Promise.race([promise.then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Queues with events that can't be delivered now: those of paused subscriptions. They hold up nobody who waits. */
function waitingNames(engine: Engine): string[] {
  const running = new Set(engine.tasks.list().map(({ subject }) => subject));
  return [...engine.root.tree()]
    .flatMap(({ router }) => [...router])
    .flatMap((subscription) => {
      const intake = intakeOf(subscription);
      const waits = subscription.kind === 'handler' && intake !== undefined && intake.figures.waiting > 0;
      return waits && !running.has(intake) ? intake.label : [];
    });
}
