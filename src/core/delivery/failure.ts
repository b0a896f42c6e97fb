import { announce } from '../publish/announce.js';
import type { Denial, PermissionDenied } from '../rights/denial.js';
import { PERMISSION_DENIED } from '../rights/denial.js';
import { describeError, WITHHELD } from '../describe-error.js';
import type { Engine } from '../engine.js';
import type { HandlerFailed } from '../event/handler-failed.js';
import { HANDLER_FAILED } from '../event/handler-failed.js';
import type { HandlerFailure } from '../publish/report.js';
import { scopeAt } from '../subscription/scope.js';
import type { Task } from '../lifecycle/tasks.js';

/** Tells of a failed delivery: observers (or, where none listens, the console), then whoever hears {@link HANDLER_FAILED}. */
export function reportFailure(engine: Engine, failure: HandlerFailure): void {
  const { event, subscription, error, phase, attempts, deadLetter } = failure;
  if (engine.observers.wants.failed) {
    engine.observers.tell('failed', failure);
  } else {
    const what = phase === 'handler' ? 'A handler' : `The ${phase} of a subscription`;
    const isHidden = engine.sensitivity.hidesErrors(event);
    const why = isHidden ? `It threw ${WITHHELD}.` : engine.sensitivity.describeError(error, event);
    complain(`${what} failed: ${subscription.label} on "${event.topic}" (event ${event.id})\n${why}`);
  }
  // A handler of failures that fails is only told of: announced as well, it would announce itself without end.
  if (event.topic === HANDLER_FAILED) return;
  const data: HandlerFailed = {
    eventId: event.id,
    topic: event.topic,
    handler: subscription.label,
    subscriptionId: subscription.id,
    error,
    attempts,
    deadLetter,
  };
  announce(engine, scopeAt(engine.root, event.scope), HANDLER_FAILED, data, event);
}

/** Announces what was denied, and to whom. */
export function reportDenial(engine: Engine, { source, direction, topic, allowed, refused }: Denial): void {
  const data: PermissionDenied = { source, direction, topic, allowed, refused };
  announce(engine, engine.root, PERMISSION_DENIED, data, undefined);
}

/** Tells of a tracked task that failed: observers or, where none listens, the console. */
export function reportTask(engine: Engine, task: Task, error: unknown): void {
  if (engine.observers.wants.taskFailed) engine.observers.tell('taskFailed', task, error);
  else complain(`The task "${task.name}" failed\n${describeError(error)}`);
}

/** Where nobody listens: a failure is never silent. */
function complain(text: string): void {
  try {
    console.error(text); // oxlint-disable-line no-console -- the core knows no logger, and the console is what plain Node has
  } catch {
    // A console that can't be written to (a closed pipe) must not fail the emitter.
  }
}
