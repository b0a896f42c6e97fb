import type { Denial } from './rights/denial.js';
import { describeDenial } from './rights/denial.js';
import { nameList } from './name-list.js';

/** What every error of the bus has in common: a stable `code`, the bad value, and what to do instead. */
export class EventBusError extends Error {
  /** The value that was not accepted, where there is one. Not enumerable, so that loggers don't print it. */
  declare readonly value?: unknown;

  constructor(
    /** Stable, for programs: `EVENT_BUS_…`. The message is for people and may change. */
    readonly code: `EVENT_BUS_${string}`,
    message: string,
    value?: unknown,
    options?: ErrorOptions,
  ) {
    super(message, options);
    // Not enumerable: loggers and consoles print what is, and the value may be somebody's password.
    Object.defineProperty(this, 'value', { value });
    this.name = new.target.name;
  }
}

/** An emitted topic that is none. Thrown by `emit` and `emitAsync` before anything is delivered. */
export class InvalidTopicError extends EventBusError {
  constructor(topic: unknown, reason: string) {
    super('EVENT_BUS_INVALID_TOPIC', reason, topic);
  }
}

/** A pattern that can't be subscribed to. */
export class InvalidPatternError extends EventBusError {
  constructor(pattern: unknown, reason: string) {
    super('EVENT_BUS_INVALID_PATTERN', reason, pattern);
  }
}

/** An option that the bus doesn't know, or whose value it can't use. */
export class InvalidOptionError extends EventBusError {
  constructor(
    /** Where the option stands, such as `history.capacity`. */
    readonly option: string,
    value: unknown,
    reason: string,
  ) {
    super('EVENT_BUS_INVALID_OPTION', reason, value);
  }
}

/** A handler, middleware, observer or piece of work that is not a function (or not the kind of object) it must be. */
export class InvalidArgumentError extends EventBusError {
  constructor(
    readonly argument: string,
    value: unknown,
    reason: string,
  ) {
    super('EVENT_BUS_INVALID_ARGUMENT', reason, value);
  }
}

/** One complaint of a schema about an event's data. */
export interface DataIssue {
  readonly message: string;
  /** Where in the data, such as `items.0.price`; empty for the whole. */
  readonly path: string;
}

/**
 * The data that the caller gave doesn't fit the event's schema. Nothing was delivered. Of a sensitive event it bears neither
 * the data nor the issues, whose messages and paths may quote it.
 */
export class InvalidDataError extends EventBusError {
  constructor(
    readonly topic: string,
    readonly issues: readonly DataIssue[],
    data: unknown,
    /** How many issues are not shown. */
    withheld = 0,
  ) {
    const list =
      withheld > 0
        ? `${withheld} issue${withheld === 1 ? '' : 's'}, not shown since the event is sensitive (ask the schema itself)`
        : issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    super(
      'EVENT_BUS_INVALID_DATA',
      `The data emitted for "${topic}" doesn't fit the schema of its definition: ${list}. Nothing was delivered.`,
      data,
    );
  }
}

/** A schema answered with a promise where `emit` can't wait for it. */
export class AsyncSchemaError extends EventBusError {
  constructor(readonly topic: string) {
    super(
      'EVENT_BUS_ASYNC_SCHEMA',
      `The schema of "${topic}" validates asynchronously, which emit() can't wait for. Use "await emitAsync(…)", or a synchronous schema.`,
      topic,
    );
  }
}

/** A schema threw or rejected instead of judging the data: its own fault, or that of what it relies on. `cause` is what it threw. */
export class SchemaError extends EventBusError {
  constructor(
    readonly topic: string,
    reason: string,
    cause: unknown,
  ) {
    super(
      'EVENT_BUS_SCHEMA',
      `The schema of "${topic}" failed to judge the data: it threw ${reason}. Nothing was delivered. A schema reports bad data as issues.`,
      cause,
      { cause },
    );
  }
}

/** A topic has two definitions. */
export class DefinitionConflictError extends EventBusError {
  constructor(
    readonly topic: string,
    /** The names of the modules that register a definition of it, if any do. */
    readonly modules: readonly string[] = [],
  ) {
    const where = modules.length === 0 ? '' : `, by ${modules.join(' and ')}`;
    super(
      'EVENT_BUS_DEFINITION_CONFLICT',
      `"${topic}" is defined twice${where}. Define each event once with defineEvent() and import that definition wherever it is needed.`,
      topic,
    );
  }
}

/** A middleware threw, or returned something that is neither an event, nor a copy of it, nor null. */
export class MiddlewareError extends EventBusError {
  constructor(topic: string, reason: string, value: unknown, options?: ErrorOptions) {
    super('EVENT_BUS_MIDDLEWARE', `A middleware failed on "${topic}": ${reason}`, value, options);
  }
}

/** Handlers that emit call each other deeper than the limit. */
export class RecursionError extends EventBusError {
  constructor(
    readonly limit: number,
    /** The topics from the outermost emit to the one that was refused. */
    readonly chain: readonly string[],
  ) {
    super(
      'EVENT_BUS_RECURSION',
      `Events emitted inside handlers are nested deeper than ${limit}: ${abbreviate(chain)}. ` +
        'A handler probably emits what leads back to itself. Break the circle, or raise the option "recursionLimit".',
      chain.at(-1),
    );
  }
}

function abbreviate(chain: readonly string[]): string {
  const shown = chain.length <= 12 ? chain : [...chain.slice(0, 6), '…', ...chain.slice(-5)];
  return shown.join(' → ');
}

/** Thrown by `report.throwIfFailed()`: one error for all handlers that failed. `cause` is the first of them. */
export class HandlersFailedError extends EventBusError {
  constructor(
    readonly topic: string,
    readonly eventId: string,
    /** What the handlers threw, in the order of delivery. */
    readonly errors: readonly unknown[],
    handlers: readonly string[],
  ) {
    super(
      'EVENT_BUS_HANDLERS_FAILED',
      `${errors.length === 1 ? 'A handler' : `${errors.length} handlers`} of "${topic}" failed: ${nameList(handlers)} (event ${eventId}).`,
      topic,
      { cause: errors[0] },
    );
  }
}

/** A full queue refused an event, for its own subscriber alone: stands in the `failures` of an `emitAsync`'s report. */
export class QueueFullError extends EventBusError {
  constructor(
    /** Whose queue it is: `Module/Class.method`, or the function's name. */
    readonly handler: string,
    readonly topic: string,
    readonly capacity: number,
  ) {
    super(
      'EVENT_BUS_QUEUE_FULL',
      `The queue of ${handler} refused "${topic}": it is full, with ${capacity} waiting. ` +
        'Emit later, raise its "capacity" or "concurrency", or choose another "overflow".',
      topic,
    );
  }
}

/** An attempt of a handler took longer than its `timeout`. What it comes to later is ignored. */
export class HandlerTimeoutError extends EventBusError {
  constructor(
    /** `Module/Class.method`, or the function's name. */
    readonly handler: string,
    readonly topic: string,
    /** ms */ readonly timeout: number,
  ) {
    super(
      'EVENT_BUS_HANDLER_TIMEOUT',
      `${handler} did not handle "${topic}" within ${timeout} ms. Its context.signal is aborted, for work that can be stopped; ` +
        'give the handler more time with the option "timeout".',
      timeout,
    );
  }
}

/** A dead letter can't be redelivered: the subscription that failed has ended, and no other has taken its place. */
export class SubscriptionEndedError extends EventBusError {
  constructor(
    /** `Module/Class.method`, or the function's name. */
    readonly handler: string,
    pattern: string,
    letter: string,
  ) {
    super(
      'EVENT_BUS_SUBSCRIPTION_ENDED',
      `The dead letter ${letter} can't be redelivered: ${handler} is no longer subscribed to "${pattern}". ` +
        'Subscribe it again (a "key" tells which one takes its place), or discard the letter.',
      letter,
    );
  }
}

/** `waitFor` saw no matching event in time. */
export class WaitTimeoutError extends EventBusError {
  constructor(
    pattern: string,
    /** ms */ readonly timeout: number,
    /** Whether what happened before was accepted as well. */
    past: boolean,
    /** Why it can't come yet, if that is known. */
    reason: string | undefined,
  ) {
    const general = past ? '' : ' If it may have happened before the call, use waitFor(…, { past: true }).';
    const advice = reason === undefined ? general : ` ${reason}`;
    super('EVENT_BUS_WAIT_TIMEOUT', `No event for "${pattern}" within ${timeout} ms.${advice}`, pattern);
  }
}

/** `idle` was given a timeout, and work was still in flight at its end. */
export class IdleTimeoutError extends EventBusError {
  constructor(
    /** ms */ readonly timeout: number,
    /** The names of all that still ran, each as often as it did; the message has the first ten, with their numbers. */
    readonly tasks: readonly string[],
  ) {
    super(
      'EVENT_BUS_IDLE_TIMEOUT',
      `The bus was not idle within ${timeout} ms. Still running: ${nameList(tasks)}.`,
      timeout,
    );
  }
}

/** Events are held for handlers of an app that was never initialised. */
export class NotStartedError extends EventBusError {
  constructor(held: number) {
    super(
      'EVENT_BUS_NOT_STARTED',
      `${held} event${held === 1 ? ' is' : 's are'} held until the application has started, so waiting would never end. ` +
        'In a Nest test, call "await app.init()" (or "await moduleRef.init()") first.',
      held,
    );
  }
}

/** More events were emitted before the application started than can be held. */
export class HeldOverflowError extends EventBusError {
  constructor(
    readonly limit: number,
    topic: string,
  ) {
    super(
      'EVENT_BUS_HELD_OVERFLOW',
      `"${topic}" can't be held: ${limit} events already wait for the application to start. ` +
        'Emit less before bootstrap, or mark the handlers { early: true }.',
      topic,
    );
  }
}

/** `gate()` was called on a bus that has emitted already, or has a gate. */
export class AlreadyRunningError extends EventBusError {
  constructor() {
    super(
      'EVENT_BUS_ALREADY_RUNNING',
      'gate() has to be the first call on a bus, and can be called once: what was emitted before it could not be held.',
    );
  }
}

/** The bus given to `hold` was used after its work had ended. */
export class HoldEndedError extends EventBusError {
  constructor(topic: string) {
    super(
      'EVENT_BUS_HOLD_ENDED',
      `"${topic}" was emitted on the bus of a hold() whose work has ended. Await everything inside the work, or emit on the bus outside.`,
      topic,
    );
  }
}

/** The bus, or the scope, is closed: what was waited for can't come any more. */
export class BusClosedError extends EventBusError {
  constructor(what: string) {
    super('EVENT_BUS_CLOSED', `The event bus (or the scope) is closed: ${what}.`, what);
  }
}

/** The owner of a bus may not emit this topic, or not hear this pattern. Nothing was delivered or subscribed. */
export class PermissionDeniedError extends EventBusError {
  constructor(
    /** Who wanted what, what is allowed instead, and what to write to allow it. */
    readonly denial: Denial,
  ) {
    super('EVENT_BUS_PERMISSION_DENIED', describeDenial(denial), denial.topic);
  }
}
