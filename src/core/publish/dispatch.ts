import { handOver } from './admission.js';
import { conclude, failed } from '../delivery/delivery.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import type { EmitReport } from './report.js';
import type { Route } from '../subscription/route-cache.js';
import { Served } from './served.js';
import type { Subscription } from '../subscription/subscription.js';
import type { Task } from '../lifecycle/tasks.js';

/**
 * Starts every handler; what goes on afterwards becomes a task.
 *
 * @param report of who can wait for room in queues
 * @param now ms since 1970, if it is known: to read the clock takes as long as half of an emit
 */
export function startAll(
  engine: Engine,
  { subscriptions, repeats }: Route,
  event: BusEvent,
  report?: EmitReport,
  now?: number,
): void {
  const served = repeats ? new Served() : undefined;
  for (let at = 0; at < subscriptions.length; at++) {
    const subscription = subscriptions[at]!;
    const pending = handOver(engine, subscription, event, report, served);
    if (pending !== undefined) void finish(engine, subscription, event, report, pending, now);
  }
}

/** Waits for the end of a handler that was started, and answers the report. */
async function finish<R extends EmitReport | undefined>(
  engine: Engine,
  subscription: Subscription,
  event: BusEvent,
  report: R,
  pending: PromiseLike<unknown>,
  now: number | undefined,
): Promise<R> {
  const task = startTask(engine, subscription, event, now);
  try {
    conclude(engine, subscription, event, report, await pending);
  } catch (error) {
    failed(engine, subscription, event, report, error);
  }
  engine.tasks.end(task);
  return report;
}

/**
 * Runs one handler after another. As long as none returns a promise, and no queue has to be waited for, it is all done when this
 * returns. Room in queues is waited for last of all, so that no handler waits for another one's queue.
 *
 * @param now as for {@link startAll}
 */
export function runInOrder(
  engine: Engine,
  { subscriptions, repeats }: Route,
  event: BusEvent,
  report: EmitReport,
  now: number | undefined,
): Promise<EmitReport> | EmitReport {
  const served = repeats ? new Served() : undefined;
  for (let at = 0; at < subscriptions.length; at++) {
    const subscription = subscriptions[at]!;
    const pending = handOver(engine, subscription, event, report, served);
    if (pending === undefined) continue;
    // Behind the last one nothing has to be kept of where the list was left: an emit that awaits one handler takes 6 to 15 % less.
    const isLast = at === subscriptions.length - 1 && !report.isWaiting;
    if (isLast) return finish(engine, subscription, event, report, pending, now);
    const task = startTask(engine, subscription, event, now);
    return goOn(new Course(engine, task, subscriptions, at, event, report, served), pending);
  }
  return report.complete();
}

/**
 * The asynchronous rest of {@link runInOrder}. All that lasts from one await to the next is in one object, and all that is synchronous
 * in functions of their own: what an async function keeps across an await it has to store and load each time.
 */
async function goOn(course: Course, first: PromiseLike<unknown>): Promise<EmitReport> {
  let pending: PromiseLike<unknown> | undefined = first;
  while (pending !== undefined) {
    // Here, and not in a function of its own, which would be another promise for each handler.
    try {
      course.succeeded(await pending);
    } catch (error) {
      course.failed(error);
    }
    pending = course.next();
  }
  return course.end();
}

/** How far an event has come in a list of handlers: one task, which bears the name of the handler that is running. */
class Course {
  readonly #chain: readonly string[];

  constructor(
    private readonly engine: Engine,
    private readonly task: Task,
    private readonly subscriptions: readonly Subscription[],
    private at: number,
    private readonly event: BusEvent,
    private readonly report: EmitReport,
    private readonly served: Served | undefined,
  ) {
    this.#chain = engine.nesting.chain();
  }

  succeeded(result: unknown): void {
    conclude(this.engine, this.subscriptions[this.at]!, this.event, this.report, result);
  }

  failed(error: unknown): void {
    failed(this.engine, this.subscriptions[this.at]!, this.event, this.report, error);
  }

  /** Calls the handlers that follow, up to the next whose work goes on. */
  next(): PromiseLike<unknown> | undefined {
    const { engine, subscriptions, event, report, served } = this;
    let pending: PromiseLike<unknown> | undefined;
    engine.nesting.resume(this.#chain);
    while (pending === undefined && ++this.at < subscriptions.length) {
      const subscription = subscriptions[this.at]!;
      this.task.subject = subscription;
      pending = handOver(engine, subscription, event, report, served);
    }
    engine.nesting.suspend();
    return pending;
  }

  end(): EmitReport | Promise<EmitReport> {
    this.engine.tasks.end(this.task);
    return this.report.complete();
  }
}

function startTask(engine: Engine, subscription: Subscription, event: BusEvent, now = engine.clock()): Task {
  return engine.tasks.start(subscription, event.source, now);
}
