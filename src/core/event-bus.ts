import { assertRight } from './rights/assert-right.js';
import type { Emitter } from './emitter.js';
import { emit, emitAsync } from './publish/emission.js';
import { BusClosedError, InvalidArgumentError } from './errors.js';
import type { BusEvent } from './event/event.js';
import type {
  DataFor,
  EmitArguments,
  EventMap,
  PatternArgument,
  TopicArgument,
  TopicHint,
  TopicLike,
} from './event/event-map.js';
import { EventStream } from './queue/event-stream.js';
import type { HandlerContext } from './delivery/handler-context.js';
import { Hold } from './publish/hold.js';
import type {
  EmitAsyncOptions,
  EmitOptions,
  OnceOptions,
  StreamOptions,
  SubscribeOptions,
  WaitOptions,
} from './options.js';
import { checkOnceOptions, checkStreamOptions, checkSubscribeOptions, checkWaitOptions } from './options.js';
import type { Pattern } from './event/pattern.js';
import { isDefinition, toPattern } from './event/pattern-argument.js';
import { publishInside } from './publish/publish.js';
import { EmitReport } from './publish/report.js';
import { childScope, closeScope } from './subscription/scopes.js';
import type { Seat } from './seat.js';
import { assertHandler, subscribe } from './subscription/subscribe.js';
import type { RawHandler } from './subscription/raw-handler.js';
import { Subscription, subscribedBy } from './subscription/subscription.js';
import type { Task, TaskWork } from './lifecycle/tasks.js';
import { quote } from './event/topic.js';
import { waitFor } from './subscription/wait-for.js';

/** A handler of events with this data. What it returns is in the `results` of an `emitAsync`. */
export type Handler<T = unknown, Events = EventMap> = (
  data: T,
  event: BusEvent<T>,
  context: HandlerContext<Events>,
) => unknown;

let create: <Events>(seat: (bus: unknown) => Seat) => EventBus<Events>;

/**
 * A bus at another seat; never a method of the class, since who holds a bus must not make another of it. The bus of a hold
 * ends with it, so it names the one that contexts emit on instead.
 */
export function busAt<Events>(seat: Omit<Seat, 'bus' | 'isRoot'>, lasting?: unknown): EventBus<Events> {
  const { engine, scope, owner, source, judge, hold } = seat;
  // Written out: a spread that is added to takes 840 bytes instead of 90, and each injected bus has one.
  const at = (bus: unknown): Seat => ({ engine, scope, owner, bus, source, judge, hold, isRoot: false });
  return create<Events>((bus) => at(lasting ?? bus));
}

/**
 * The event bus as application code gets it: a view that knows its owner. Powers over others are on `RootEventBus`.
 *
 * `Events` is the map of topics and their data; `EventMap`, which applications augment, unless another is given.
 */
export class EventBus<Events = EventMap> implements Emitter<Events> {
  /** Private at run time, too: who holds a bus must not get at the engine behind it. */
  readonly #seat: Seat;

  /** @internal */
  protected constructor(seat: (bus: unknown) => Seat) {
    this.#seat = seat(this);
  }

  static {
    create = <E>(seat: (bus: unknown) => Seat) => new EventBus<E>(seat);
  }

  /** @inheritDoc Emitter.emit */
  emit<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitOptions>
  ): BusEvent<DataFor<Events, T>>;
  emit(topic: TopicLike, data?: unknown, options?: EmitOptions): BusEvent {
    return emit(this.#seat, topic, data, options);
  }

  /** @inheritDoc Emitter.emitAsync */
  emitAsync<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitAsyncOptions>
  ): Promise<EmitReport<DataFor<Events, T>>>;
  emitAsync(topic: TopicLike, data?: unknown, options?: EmitAsyncOptions): Promise<EmitReport> {
    return emitAsync(this.#seat, topic, data, options);
  }

  /**
   * Subscribes a handler. The same handler on the same pattern subscribes once: asked again, the bus answers the
   * subscription that is there.
   *
   * @throws InvalidPatternError, InvalidArgumentError, InvalidOptionError, PermissionDeniedError
   */
  on<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    handler: Handler<DataFor<Events, P>, Events>,
    options?: SubscribeOptions<DataFor<Events, P>>,
  ): Subscription;
  on(pattern: TopicLike, handler: RawHandler, options?: SubscribeOptions<never>): Subscription {
    assertHandler(handler);
    if (options !== undefined) checkSubscribeOptions(options);
    return subscribe(this.#seat, { pattern: this.#audible(pattern, handler), handler, options });
  }

  /** Like {@link on}, for one event. @throws InvalidPatternError, InvalidArgumentError, InvalidOptionError, PermissionDeniedError */
  once<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    handler: Handler<DataFor<Events, P>, Events>,
    options?: OnceOptions<DataFor<Events, P>>,
  ): Subscription;
  once(pattern: TopicLike, handler: RawHandler, options: OnceOptions<never> = {}): Subscription {
    assertHandler(handler);
    checkOnceOptions(options);
    return subscribe(this.#seat, {
      pattern: this.#audible(pattern, handler),
      handler,
      options: { ...options, once: true },
    });
  }

  /**
   * Ends subscriptions of this owner in this scope: one by itself or its id, or all of a handler. The root bus can end
   * anybody's. Answers whether there was any.
   */
  off(target: Subscription | string | ((...args: never[]) => unknown)): boolean {
    const { registry } = this.#seat.engine;
    if (typeof target === 'function') {
      const own = [...registry.ofHandler(target as RawHandler)].filter((subscription) =>
        this.#mayEnd(subscription),
      );
      for (const subscription of own) subscription.unsubscribe();
      return own.length > 0;
    }
    const subscription = target instanceof Subscription ? target : registry.byId(target);
    return subscription !== undefined && this.#mayEnd(subscription) && subscription.unsubscribe();
  }

  /**
   * Resolves with the next event that matches.
   *
   * @throws (rejects) WaitTimeoutError after `timeout` ms (30,000 unless given), BusClosedError, and with the signal's
   * reason; InvalidPatternError, InvalidOptionError and PermissionDeniedError at once
   */
  waitFor<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    options?: WaitOptions<DataFor<Events, P>>,
  ): Promise<BusEvent<DataFor<Events, P>>>;
  waitFor(pattern: TopicLike, options: WaitOptions<never> = {}): Promise<BusEvent> {
    checkWaitOptions(options);
    return waitFor(this.#seat, this.#audible(pattern), options);
  }

  /**
   * The events that match, from now on, for a `for await` loop, through a bounded queue of their own.
   *
   * @throws InvalidPatternError, InvalidOptionError, PermissionDeniedError
   */
  stream<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    options?: StreamOptions,
  ): EventStream<DataFor<Events, P>>;
  stream(pattern: TopicLike, options: StreamOptions = {}): object {
    checkStreamOptions(options);
    return new EventStream(this.#seat, this.#audible(pattern), options);
  }

  /**
   * Runs work whose events wait for its end: what it emits on the bus it is given is checked at once, and delivered, in
   * order, when the work resolves; when it rejects, nothing is. For work in a transaction: delivered after the commit, or
   * never. Inside another hold's work the events wait for that one, too. Where a full queue has `overflow: 'wait'`, it resolves
   * once they are in.
   *
   * @returns (resolves) what the work returned; rejects with what it rejected with
   */
  async hold<T>(work: (bus: EventBus<Events>) => T | PromiseLike<T>): Promise<T> {
    if (typeof work !== 'function') {
      throw new InvalidArgumentError('work', work, `hold() needs a function, not ${quote(work)}.`);
    }
    const { engine, hold: outer } = this.#seat;
    const hold = new Hold();
    const task = engine.tasks.start({ label: 'hold' }, this.#seat.source);
    const reports: EmitReport[] = [];
    let result: T;
    try {
      result = await work(busAt<Events>({ ...this.#seat, hold }, this.#seat.bus));
      for (const { event, scope } of hold.end()) {
        if (outer !== undefined) outer.add(event, scope);
        else if (scope.closed) engine.drop(event, 'closed');
        else {
          const report = new EmitReport(event);
          reports.push(report);
          publishInside(engine, scope, event, report);
        }
      }
    } finally {
      hold.end();
      engine.tasks.end(task);
    }
    // No part of the task: the room may be behind a pause, for which nobody who waits for idleness is to wait.
    for (const report of reports) if (report.isWaiting) await report.complete();
    return result;
  }

  /**
   * Runs background work that the bus knows of: it is listed while it runs, its failure is logged, and shutdown waits for
   * it, or aborts it through the signal that it is given.
   *
   * @param name what it is, for the log and the lists
   * @throws InvalidArgumentError
   */
  track(name: string, work: TaskWork): Task {
    if (typeof name !== 'string' || name === '') {
      throw new InvalidArgumentError('name', name, `A task needs a name, not ${quote(name)}.`);
    }
    if (typeof work !== 'function' && typeof (work as PromiseLike<unknown> | null)?.then !== 'function') {
      throw new InvalidArgumentError(
        'work',
        work,
        `track() needs a promise or a function that returns one, not ${quote(work)}.`,
      );
    }
    const { engine, source } = this.#seat;
    if (!engine.closed) return engine.tasks.track(name, source, work);
    const message = `The task "${name}" was started after the bus had closed: nobody waits for it, and its signal is aborted.`;
    engine.warn({ code: 'EVENT_BUS_CLOSED', message });
    return engine.tasks.track(name, source, work, new BusClosedError('no more tasks are accepted'));
  }

  /**
   * A bus with a registry of its own, whose events reach its subscribers first and this bus's afterwards; events emitted
   * here don't reach it. The same name answers the same scope.
   *
   * @param name one segment of a topic: `A-Z`, `a-z`, `0-9`, `_` and `-`
   * @throws InvalidArgumentError
   */
  scope(name: string): EventBus<Events> {
    return childScope(this.#seat, name, (seat, lasting) => busAt<Events>(seat, lasting));
  }

  /**
   * Frees the scope below this one that has that name or, without a name, this scope itself: subscriptions in it end, and
   * what is emitted in it later is dropped with a warning. Answers whether there was one.
   */
  closeScope(name?: string): boolean {
    return closeScope(this.#seat, name);
  }

  /** The pattern, if it may be listened to here. */
  #audible(pattern: TopicLike, handler?: RawHandler): Pattern {
    const compiled = this.#known(pattern) ?? toPattern(pattern);
    if (this.#seat.judge !== undefined) assertRight(this.#seat, 'listens', compiled.source, handler);
    if (isDefinition(pattern)) this.#seat.engine.define(pattern, compiled.source);
    return compiled;
  }

  /** A pattern to which somebody subscribed, and which was compiled then. */
  #known(pattern: TopicLike): Pattern | undefined {
    if (typeof pattern !== 'string') return undefined;
    return this.#seat.scope.router.placeOf(pattern)?.pattern;
  }

  #mayEnd(subscription: Subscription): boolean {
    const { isRoot, engine, owner, scope } = this.#seat;
    const by = subscribedBy(subscription);
    return isRoot ? by.engine === engine : by.owner === owner && by.scope === scope;
  }
}
