import type { DeliveryOptions } from './delivery/delivery-options.js';
import { checkDeliveryOptions, DELIVERY } from './delivery/delivery-options.js';
import type { ClockName } from './event/clock.js';
import { CLOCKS } from './event/clock.js';
import type { BusEvent, EventMetadata } from './event/event.js';
import type { Checks } from './option-check.js';
import {
  abortSignal,
  check,
  milliseconds,
  ofType,
  oneOf,
  patternList,
  plainObject,
  wholeNumber,
} from './option-check.js';
import type { Pattern } from './event/pattern.js';
import { compilePattern } from './event/pattern.js';
import type { Redactor } from './history/redactor.js';
import { REDACTOR_METHODS } from './history/redactor.js';
import type { Declaration, PermissionMode } from './rights/rights.js';
import { PERMISSION_MODES } from './rights/rights.js';

/** Options of `new RootEventBus()` and, with more beside them, of `EventBusModule.forRoot()`. */
export interface RootEventBusOptions {
  history?: {
    /** How many events the history keeps; 0 keeps none. @default 100 */
    capacity?: number;
  };
  /** How deep events emitted inside handlers may nest before `emit` throws. @default 100 */
  recursionLimit?: number;
  /** For how many topics (at least 2) the resolved list of subscribers is kept ready; others are resolved anew. @default 10_000 */
  routeCacheSize?: number;
  /** How many events can wait for the application to start before `emit` throws. @default 10_000 */
  heldCapacity?: number;
  /** Patterns of topics whose data is for handlers alone, as with `defineEvent(…, { sensitive: true })`. @default [] */
  sensitive?: readonly string[];
  /** What leaves secrets out of what history, streams, dead letters and error messages show; `redactSecrets()` makes one. @default none */
  redactor?: Redactor;
  /** How long `close` waits for work in flight before it aborts it, in ms. @default 10_000 */
  closeTimeout?: number;
  /**
   * Where the time of events and of their handlers' tasks comes from: `exact`, the system's clock each time; `coarse`, the same read
   * once a ms at most, so that it is late by as much as the event loop is, and an emit to one handler takes about half as long.
   * @default 'exact'
   */
  clock?: ClockName;
  /**
   * What is done with the rights of owners: `off`, nothing; `report`, what they don't allow is only told; `declared`, owners
   * with rights are held to them; `strict`, others may do nothing at all.
   * @default 'declared'
   */
  permissions?: PermissionMode;
  /** Timeout, retries and pause of every handler that has no options of its own for them. @default none of them */
  delivery?: DeliveryOptions;
  deadLetters?: {
    /** How many deliveries that failed for good are kept, the newest; 0 keeps none. @default 1_000 */
    capacity?: number;
  };
}

export interface ResolvedOptions {
  readonly historyCapacity: number;
  readonly recursionLimit: number;
  readonly routeCacheSize: number;
  readonly heldCapacity: number;
  readonly closeTimeout: number;
  readonly clock: ClockName;
  readonly sensitive: readonly Pattern[];
  readonly redactor: Redactor | undefined;
  readonly permissions: PermissionMode;
  readonly delivery: DeliveryOptions;
  readonly deadLetterCapacity: number;
}

/** Options of `on`, `once` and `@OnEvent`. */
export interface SubscribeOptions<T = unknown> extends DeliveryOptions<T> {
  /**
   * What makes a subscription the same as an earlier one of its owner: the handler itself, unless a key is given. Under
   * a known key a new handler replaces the old one (hot reload). `false`: never the same, so subscribing twice delivers twice.
   * @default the handler
   */
  key?: string | false | undefined;
  /** Only events for which it returns true. One that throws skips this subscriber alone, and is reported. @default every event */
  filter?: ((data: T, event: BusEvent<T>) => boolean) | undefined;
  /** Higher comes first; among equals the earlier subscription. @default 0 */
  priority?: number | undefined;
  /** End after the first delivery. @default false */
  once?: boolean | undefined;
  /** Deliver the last matching event that already happened (retained ones first, then history) at once. @default none */
  replay?: 'last' | undefined;
  /** Hold the handler weakly: once nothing else refers to it, the subscription ends. `on` only. @default false */
  weak?: boolean | undefined;
  /**
   * Events wait in a bounded queue of the subscription's own: `emit` and `emitAsync` return once the event is in it, and the
   * handler is called later, on its own. `true`: with the default options. @default none
   */
  queue?: boolean | QueueOptions<T> | undefined;
}

/** Options of a subscription's queue. */
export interface QueueOptions<T = unknown> {
  /** How many events can wait; those that are being delivered don't count. @default 1_000 */
  capacity?: number | undefined;
  /**
   * What happens when more come: the oldest leaves, the newcomer is dropped, or it is refused, for this subscriber alone
   * (`emitAsync` reports it as a failure). `'wait'`: `emitAsync` and `hold` wait for room; `emit`, which can't, is refused.
   * @default 'drop-oldest'
   */
  overflow?: Overflow | undefined;
  /** How many events are delivered at a time. Only one at a time are in order. @default 1 */
  concurrency?: number | undefined;
  /**
   * Events for which it returns the same key (compared as by a Map) are delivered in order, one after another, whatever the
   * concurrency. One that throws skips this subscriber alone, and is reported. @default none
   */
  orderBy?: ((event: BusEvent<T>) => unknown) | undefined;
}

/** What a full queue does. */
export type Overflow = 'drop-oldest' | 'drop-newest' | 'refuse' | 'wait';

/** @internal What bounds a queue. */
export interface QueueBounds {
  readonly capacity: number;
  readonly overflow: Overflow;
}

/** @internal */
export interface ResolvedQueue extends QueueBounds {
  readonly concurrency: number;
  readonly orderBy: ((event: BusEvent<never>) => unknown) | undefined;
}

/** Options of `once`. */
export type OnceOptions<T = unknown> = Omit<SubscribeOptions<T>, 'once' | 'weak'>;

/** Options of `emit`. */
export interface EmitOptions {
  /** Facts that travel with the event. Copied (one level). @default {} */
  metadata?: EventMetadata | undefined;
  /** The event that led to this one: sets `causationId`, and passes `correlationId` on. @default none */
  causedBy?: BusEvent | undefined;
  /** Sets `event.source`; accepted on the root bus alone. @default the owner's `Module/Class` */
  source?: string | undefined;
}

/** Options of `emitAsync`. */
export interface EmitAsyncOptions extends EmitOptions {
  /** Ends the waiting: the promise rejects with the signal's reason, and the handlers finish in the background. @default none */
  signal?: AbortSignal | undefined;
}

/** Options of `waitFor`. */
export interface WaitOptions<T = unknown> {
  /** ms; `Infinity` waits for ever. @default 30_000 */
  timeout?: number | undefined;
  /** Only an event for which it returns true. What it throws rejects the wait. @default every event */
  filter?: ((data: T, event: BusEvent<T>) => boolean) | undefined;
  /** Aborting rejects with the signal's reason. @default none */
  signal?: AbortSignal | undefined;
  /** Also accept the last matching event that already happened: retained ones first, then history. @default false */
  past?: boolean | undefined;
}

/** Options of `stream`. */
export interface StreamOptions {
  /** How many events wait for a slow consumer. @default 1_000 */
  capacity?: number | undefined;
  /** What happens when more come: see the same option of a queue. @default 'drop-oldest' */
  overflow?: Overflow | undefined;
  /** Aborting ends the stream. @default none */
  signal?: AbortSignal | undefined;
}

const ROOT: Checks = {
  history: plainObject,
  recursionLimit: wholeNumber(1),
  routeCacheSize: wholeNumber(2),
  heldCapacity: wholeNumber(1),
  closeTimeout: milliseconds,
  sensitive: patternList,
  redactor: (value) =>
    REDACTOR_METHODS.every((name) => typeof (value as Partial<Redactor> | null)?.[name] === 'function')
      ? undefined
      : 'what redactSecrets() returns',
  clock: oneOf(...(Object.keys(CLOCKS) as ClockName[])),
  permissions: oneOf(...PERMISSION_MODES),
  delivery: plainObject,
  deadLetters: plainObject,
};
const RIGHTS: Checks = {
  emits: patternList,
  listens: patternList,
  by: ofType('string'),
  line: ofType('function'),
};
const CAPACITY: Checks = { capacity: wholeNumber(0) };
const SUBSCRIBE: Checks = {
  key: (value) =>
    value === false || (typeof value === 'string' && value !== '') ? undefined : 'a string or false',
  filter: ofType('function'),
  priority: (value) => (typeof value === 'number' && !Number.isNaN(value) ? undefined : 'a number'),
  once: ofType('boolean'),
  replay: oneOf('last'),
  weak: ofType('boolean'),
  queue: (value) =>
    typeof value === 'boolean' || plainObject(value) === undefined ? undefined : 'true, false or an object',
  ...DELIVERY,
};
const overflow = oneOf('drop-oldest', 'drop-newest', 'refuse', 'wait');
const QUEUE: Checks = {
  capacity: wholeNumber(1),
  overflow,
  concurrency: wholeNumber(1),
  orderBy: ofType('function'),
};
const WAIT: Checks = {
  timeout: milliseconds,
  filter: ofType('function'),
  signal: abortSignal,
  past: ofType('boolean'),
};
const STREAM: Checks = {
  capacity: wholeNumber(1),
  overflow,
  signal: abortSignal,
};
const EMIT: Checks = {
  metadata: plainObject,
  causedBy: (value) => {
    const { id, correlationId } = (value ?? {}) as Partial<BusEvent>;
    return typeof id === 'string' && typeof correlationId === 'string' ? undefined : 'an event';
  },
};
const EMIT_ASYNC: Checks = { ...EMIT, signal: abortSignal };
const SOURCE: Checks = { source: ofType('string') };
const NO_SOURCE: Checks = { source: () => 'left out, since only the root bus may set it' };
const ONCE: Checks = Object.fromEntries(
  Object.entries(SUBSCRIBE).filter(([name]) => name !== 'once' && name !== 'weak'),
);
const TIMEOUT: Checks = { timeout: milliseconds };
const HISTORY_QUERY: Checks = {
  pattern: () => undefined, // judged where all patterns are
  limit: (value) => (value === Infinity ? undefined : wholeNumber(0)(value)),
  since: (value) =>
    (typeof value === 'number' || value instanceof Date) && !Number.isNaN(Number(value))
      ? undefined
      : 'a time in ms since 1970, or a valid Date',
};
const DEAD_LETTER_QUERY: Checks = { pattern: HISTORY_QUERY['pattern']!, limit: HISTORY_QUERY['limit']! };
const DEFINITION: Checks = {
  schema: (value) =>
    typeof (value as { '~standard'?: { validate?: unknown } } | null)?.['~standard']?.validate === 'function'
      ? undefined
      : 'a Standard Schema: an object with a function at ["~standard"].validate',
  retain: ofType('boolean'),
  sensitive: ofType('boolean'),
  description: ofType('string'),
};

/** @throws InvalidOptionError */
export function resolveOptions(options: RootEventBusOptions = {}): ResolvedOptions {
  check('RootEventBus', options, ROOT);
  if (options.history !== undefined) check('RootEventBus', options.history, CAPACITY, 'history.');
  if (options.deadLetters !== undefined) check('RootEventBus', options.deadLetters, CAPACITY, 'deadLetters.');
  if (options.delivery !== undefined) {
    check('RootEventBus', options.delivery, DELIVERY, 'delivery.');
    checkDeliveryOptions('RootEventBus', options.delivery, 'delivery.');
  }
  return {
    historyCapacity: options.history?.capacity ?? 100,
    recursionLimit: options.recursionLimit ?? 100,
    routeCacheSize: options.routeCacheSize ?? 10_000,
    heldCapacity: options.heldCapacity ?? 10_000,
    closeTimeout: options.closeTimeout ?? 10_000,
    clock: options.clock ?? 'exact',
    sensitive: (options.sensitive ?? []).map((pattern) => compilePattern(pattern)),
    redactor: options.redactor,
    permissions: options.permissions ?? 'declared',
    delivery: options.delivery ?? {},
    deadLetterCapacity: options.deadLetters?.capacity ?? 1_000,
  };
}

/** Checks the shape; the patterns are judged where all patterns are. @throws InvalidOptionError */
export function checkRights(rights: Declaration | readonly Declaration[]): void {
  for (const each of [rights].flat()) check("an owner's rights", each, RIGHTS, 'rights.');
}

/** The names of the root's own options, for a module that has more beside them. */
export const ROOT_OPTION_NAMES: readonly string[] = Object.keys(ROOT);

/** @throws InvalidOptionError */
export function checkSubscribeOptions(options: SubscribeOptions<never>): void {
  check('on()', options, SUBSCRIBE);
  checkQueue('on()', options);
  checkDeliveryOptions('on()', options);
}

/** @throws InvalidOptionError */
export function checkOnceOptions(options: OnceOptions<never>): void {
  check('once()', options, ONCE);
  checkQueue('once()', options);
  checkDeliveryOptions('once()', options);
}

/** @throws InvalidOptionError */
export function checkWaitOptions(options: WaitOptions<never>): void {
  check('waitFor()', options, WAIT);
}

/** @throws InvalidOptionError */
export function checkStreamOptions(options: StreamOptions): void {
  check('stream()', options, STREAM);
}

/** @throws InvalidOptionError */
export function checkEmitOptions(options: EmitAsyncOptions, isAsync: boolean, maySetSource: boolean): void {
  const checks = isAsync ? EMIT_ASYNC : EMIT;
  check(isAsync ? 'emitAsync()' : 'emit()', options, { ...checks, ...(maySetSource ? SOURCE : NO_SOURCE) });
}

/** @throws InvalidOptionError */
export function checkTimeout(where: string, options: { timeout?: number | undefined }): void {
  check(where, options, TIMEOUT);
}

/** @throws InvalidOptionError */
export function checkHistoryQuery(query: object): void {
  check('history.recent()', query, HISTORY_QUERY);
}

/** @throws InvalidOptionError */
export function checkDeadLetterQuery(query: object): void {
  check('deadLetters.list()', query, DEAD_LETTER_QUERY);
}

/** @throws InvalidOptionError */
export function checkDefinitionOptions(topic: string, options: object): void {
  check(`defineEvent("${topic}")`, options, DEFINITION);
}

function checkQueue(where: string, { queue }: SubscribeOptions<never>): void {
  if (typeof queue === 'object') check(where, queue, QUEUE, 'queue.');
}

/** @internal What was asked for as a queue, with the defaults; undefined where none was. */
export function resolveQueue(queue: boolean | QueueOptions<never> | undefined): ResolvedQueue | undefined {
  if (queue === undefined || queue === false) return undefined;
  const { concurrency = 1, orderBy, ...bounds }: QueueOptions<never> = queue === true ? {} : queue;
  return { ...resolveBounds(bounds), concurrency, orderBy };
}

/** @internal */
export function resolveBounds({
  capacity = 1_000,
  overflow: policy = 'drop-oldest',
}: StreamOptions): QueueBounds {
  return { capacity, overflow: policy };
}
