import { handOver } from './admission.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import type { EmitReport } from './report.js';
import type { Route } from '../subscription/route-cache.js';
import type { Subscription } from '../subscription/subscription.js';
import type { Task } from '../lifecycle/tasks.js';

/** Starts every handler; what goes on afterwards becomes a task. @param report of who can wait for room in queues */
export function startAll(
  engine: Engine,
  { subscriptions, repeats }: Route,
  event: BusEvent,
  report?: EmitReport,
): void {
  const had: Subscription[] | undefined = repeats ? [] : undefined;
  for (let at = 0; at < subscriptions.length; at++) {
    const subscription = subscriptions[at]!;
    const pending = handOver(engine, subscription, event, report, had);
    if (pending === undefined) continue;
    void untilDone(engine, engine.tasks.start(subscription, event.source), pending);
  }
}

/**
 * Runs one handler after another. As long as none returns a promise, and no queue has to be waited for, it is all done when this
 * returns. Room in queues is waited for last of all, so that no handler waits for another one's queue.
 */
export function runInOrder(
  engine: Engine,
  { subscriptions, repeats }: Route,
  event: BusEvent,
  report: EmitReport,
): Promise<EmitReport> | EmitReport {
  const had: Subscription[] | undefined = repeats ? [] : undefined;
  for (let at = 0; at < subscriptions.length; at++) {
    const pending = handOver(engine, subscriptions[at]!, event, report, had);
    if (pending !== undefined) return goOn(engine, subscriptions, at, event, report, had, pending);
  }
  return report.complete();
}

/** The asynchronous rest of {@link runInOrder}: one task, which bears the name of the handler that is running. */
async function goOn(
  engine: Engine,
  subscriptions: readonly Subscription[],
  from: number,
  event: BusEvent,
  report: EmitReport,
  had: Subscription[] | undefined,
  first: Promise<void>,
): Promise<EmitReport> {
  const task = engine.tasks.start(subscriptions[from]!, event.source);
  const chain = engine.nesting.chain();
  try {
    await first;
    for (const subscription of subscriptions.slice(from + 1)) {
      task.subject = subscription;
      const pending = engine.nesting.within(chain, () => handOver(engine, subscription, event, report, had));
      if (pending !== undefined) await pending;
    }
  } finally {
    engine.tasks.end(task);
  }
  return report.complete();
}

async function untilDone(engine: Engine, task: Task, pending: Promise<void>): Promise<void> {
  await pending;
  engine.tasks.end(task);
}
