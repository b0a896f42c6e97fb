import { denialOf } from './rights/assert-right.js';
import { BootGate } from './lifecycle/boot-gate.js';
import type { CloseReport } from './lifecycle/close-report.js';
import type { Denial } from './rights/denial.js';
import { DeadLetters } from './delivery/dead-letters.js';
import type { EventDefinition } from './event/definition.js';
import { Engine } from './engine.js';
import { AlreadyRunningError, InvalidArgumentError } from './errors.js';
import type { BusEvent } from './event/event.js';
import { busAt, EventBus } from './event-bus.js';
import type { EventMap, TopicLike } from './event/event-map.js';
import { reportDenial, reportFailure, reportTask } from './delivery/failure.js';
import type { Explanation } from './explain.js';
import { explain } from './explain.js';
import type { History } from './history/history.js';
import type { BusSnapshot } from './inspect.js';
import { inspect } from './inspect.js';
import type { Middleware } from './publish/middleware.js';
import type { BusWarning, Observer } from './observer.js';
import type { RootEventBusOptions } from './options.js';
import { checkRights, checkTimeout, resolveOptions } from './options.js';
import type { Owner } from './owner.js';
import { NOBODY, sourceOf } from './owner.js';
import { isDefinition, toPattern } from './event/pattern-argument.js';
import type { Direction } from './rights/rights.js';
import { close, type CountsBefore, countsOf, idle, isIdleWithin } from './lifecycle/shutdown.js';
import { quote } from './event/topic.js';

/** The whole bus: one per application, made by the Nest module, or with `new` in plain Node. */
export class RootEventBus<Events = EventMap> extends EventBus<Events> {
  readonly #engine: Engine;
  #draining: Promise<boolean> | undefined;
  readonly #deadLetters: DeadLetters;
  #closing: Promise<CloseReport> | undefined;
  /** As they were when the shutdown began. */
  #countsBefore: CountsBefore | undefined;
  /** A judge is made of an object of rights once, so that is checked once, too: at the start, each handler brings its class's. */
  readonly #checkedRights = new WeakSet<object>();
  /** What is left of `closeTimeout`, in ms. */
  #timeLeft: number;

  /** @throws InvalidOptionError */
  constructor(options: RootEventBusOptions = {}) {
    const engine = new Engine(resolveOptions(options), {
      failure: reportFailure,
      task: reportTask,
      denial: reportDenial,
    });
    super((bus) => ({
      engine,
      scope: engine.root,
      owner: NOBODY,
      source: undefined,
      judge: undefined,
      hold: undefined,
      bus,
      isRoot: true,
    }));
    this.#engine = engine;
    this.#deadLetters = new DeadLetters(engine);
    this.#timeLeft = engine.options.closeTimeout;
  }

  /** The last events, bounded by the option `history.capacity`. */
  get history(): History {
    return this.#engine.history;
  }

  /** What failed for good, bounded by the option `deadLetters.capacity`, to be looked at, redelivered or discarded. */
  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  /** What was defined and is known to the bus, by {@link register} or because somebody emitted or listened by the definition. A copy. */
  get definitions(): readonly EventDefinition[] {
    return this.#engine.definitions.list();
  }

  /** Adds a middleware behind those that are there. Returns its remover. @throws InvalidArgumentError */
  use(middleware: Middleware): () => void {
    if (typeof middleware !== 'function') {
      throw new InvalidArgumentError(
        'middleware',
        middleware,
        `A middleware must be a function, not ${quote(middleware)}.`,
      );
    }
    const entry: Middleware = (event) => middleware(event);
    this.#engine.middleware = [...this.#engine.middleware, entry];
    return () => {
      this.#engine.middleware = this.#engine.middleware.filter((each) => each !== entry);
    };
  }

  /** Adds an observer: it is told what the bus did, never asked. Returns its remover. @throws InvalidArgumentError */
  observe(observer: Observer): () => void {
    if (typeof observer !== 'object' || observer === null) {
      throw new InvalidArgumentError(
        'observer',
        observer,
        `An observer must be an object, not ${quote(observer)}.`,
      );
    }
    return this.#engine.observers.add(observer);
  }

  /**
   * The bus as that owner gets it, with its rights. Owners are compared by identity: one object per owner.
   *
   * @throws InvalidArgumentError, InvalidOptionError, InvalidPatternError
   */
  as(owner: Owner): EventBus<Events> {
    assertOwner(owner, this.#checkedRights);
    return busAt<Events>({
      engine: this.#engine,
      scope: this.#engine.root,
      owner,
      source: sourceOf(owner),
      judge: this.#engine.permissions.judgeOf(owner),
      hold: undefined,
    });
  }

  /**
   * What would be denied to that owner, in the words of the error; undefined where it is allowed. Tells nobody.
   *
   * @param topic the topic to be emitted, or the pattern to be listened to
   * @param handler the name of what would listen
   * @throws InvalidTopicError, InvalidPatternError, InvalidArgumentError, InvalidOptionError
   */
  denialOf(owner: Owner, direction: Direction, topic: TopicLike, handler?: string): Denial | undefined {
    assertOwner(owner, this.#checkedRights);
    return denialOf(this.#engine, owner, direction, toPattern(topic).source, handler);
  }

  /**
   * Makes a definition known, so that an emit by its topic's text is validated and retained as well.
   *
   * @throws DefinitionConflictError, InvalidArgumentError
   */
  register(definition: EventDefinition): void {
    if (!isDefinition(definition)) {
      throw new InvalidArgumentError(
        'definition',
        definition,
        `register() needs what defineEvent() returns, not ${quote(definition)}.`,
      );
    }
    this.#engine.define(definition);
  }

  /** Whether the topic's data is for handlers alone: by its definition, or by the option `sensitive`. */
  isSensitive(topic: string): boolean {
    return this.#engine.sensitivity.covers(topic);
  }

  /**
   * The event as it may be shown to anybody but its handlers: itself or a copy without what is secret in it; of a sensitive one,
   * without data and metadata. For observers that carry events out of the process: they are told the real ones.
   */
  shown(event: BusEvent): BusEvent {
    return this.#engine.sensitivity.shown(event);
  }

  /**
   * Has the last event of each topic kept, as `retain: true` in a definition does, for `waitFor(…, { past: true })` and
   * `replay: 'last'`. For integrations.
   *
   * @throws InvalidTopicError
   */
  retain(...topics: readonly string[]): void {
    for (const topic of topics) this.#engine.retain(topic);
  }

  /** Begins to hold deliveries until the application has started. For integrations; call it right after `new`. */
  gate(): BootGate {
    const { held, counters } = this.#engine;
    if (held !== undefined || counters.emitted > 0) throw new AlreadyRunningError();
    return new BootGate(this.#engine);
  }

  /** Tells all observers, and with them the log, of something that deserves attention. */
  warn(warning: BusWarning): void {
    this.#engine.warn(warning);
  }

  /**
   * Who hears a topic, and who doesn't though one would think so: paused, filtered, the same handler twice, held until the start, a
   * full queue, denied, or spelt nearly the same. Plain data, for people and tools; it changes nothing.
   *
   * @throws InvalidTopicError
   */
  explain(topic: TopicLike): Explanation {
    return explain(this.#engine, isDefinition(topic) ? topic.topic : topic);
  }

  /** Subscriptions with their figures, tasks, scopes and counters, as plain data. */
  inspect(): BusSnapshot {
    return inspect(this.#engine);
  }

  /**
   * Resolves when nothing is in flight: no async handler, no awaited emit, no open hold, no tracked task, and no event in a queue,
   * but for those of paused subscriptions, which can't go on, and of streams, whose consumers decide.
   *
   * @param options.timeout ms; without it, it waits as long as it takes
   * @throws (rejects) IdleTimeoutError, which names what still runs; NotStartedError while events are held; InvalidOptionError
   */
  async idle(options: { timeout?: number } = {}): Promise<void> {
    checkTimeout('idle()', options);
    await idle(this.#engine, options.timeout ?? Infinity);
  }

  /**
   * The first half of {@link close}, for shutdowns in several steps: waits until nothing is in flight, or for so many ms, and
   * accepts new events throughout. The time it takes is `close`'s own, unless that is given another; what ends meanwhile counts
   * in its report. Answers whether it came about. Asked while it waits, it answers the same promise.
   *
   * @param options.timeout ms @default half of what is left of the option `closeTimeout`
   */
  async drain(options: { timeout?: number } = {}): Promise<boolean> {
    checkTimeout('drain()', options);
    this.#draining ??= this.#drain(options.timeout ?? this.#timeLeft / 2);
    return this.#draining;
  }

  /**
   * Closes the bus for good, once: what was accepted is delivered first, later events are dropped and counted. What has not
   * ended in time is aborted through its signal and named, in the report and in a warning. Asked again, it answers the same
   * promise.
   *
   * @param options.timeout ms @default what {@link drain} has left of the option `closeTimeout`
   */
  close(options: { timeout?: number } = {}): Promise<CloseReport> {
    checkTimeout('close()', options);
    return (this.#closing ??= this.#close(options.timeout ?? this.#timeLeft));
  }

  [Symbol.asyncDispose](): Promise<CloseReport> {
    return this.close();
  }

  async #drain(timeout: number): Promise<boolean> {
    this.#countsBefore ??= countsOf(this.#engine);
    const start = performance.now();
    try {
      return await isIdleWithin(this.#engine, timeout);
    } finally {
      this.#timeLeft = Math.max(0, this.#timeLeft - (performance.now() - start));
      this.#draining = undefined;
    }
  }

  async #close(timeout: number): Promise<CloseReport> {
    const report = await close(this.#engine, timeout, this.#countsBefore);
    this.#engine.observers.tell('closed', report);
    return report;
  }
}

/** @param checked objects of rights that are known to be in shape @throws InvalidArgumentError, InvalidOptionError */
function assertOwner(owner: Owner, checked: WeakSet<object>): void {
  if (typeof owner !== 'object' || owner === null) {
    throw new InvalidArgumentError('owner', owner, `An owner must be an object, not ${quote(owner)}.`);
  }
  const { rights } = owner;
  if (rights === undefined || checked.has(rights)) return;
  checkRights(rights);
  checked.add(rights);
}
