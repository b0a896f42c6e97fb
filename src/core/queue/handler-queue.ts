import { AsyncResource } from 'node:async_hooks';
import { setImmediate as nodeSetImmediate } from 'node:timers';
import { skip } from '../publish/admission.js';
import type { Backlog } from './backlog.js';
import { Line } from './backlog.js';
import { BoundedQueue } from './bounded-queue.js';
import { conclude, deliver, fail, failed } from '../delivery/delivery.js';
import type { Engine } from '../engine.js';
import { InvalidArgumentError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import { Lanes } from './lanes.js';
import type { ResolvedQueue } from '../options.js';
import type { EmitReport } from '../publish/report.js';
import type { Intake } from '../subscription/intake.js';
import type { Subscription } from '../subscription/subscription.js';
import type { QueueFigures } from '../subscription/subscription-figures.js';
import type { Task } from '../lifecycle/tasks.js';
import { ignoreOutcome, isThenable } from '../thenable.js';

/** After so many deliveries the event loop has a turn: timers and sockets must not wait for a queue that never empties. */
const DELIVERIES_PER_TURN = 128;

/** Node's own, as it is now: fake timers of a test must not stop the queue, and may be there already. */
const setImmediate = nodeSetImmediate;
const SOON = Promise.resolve();

/**
 * The queue between a subscription and its handler. An emit puts the event in; deliveries begin in a microtask, so many at a time
 * as the option says. It is one task of the bus while deliveries run or may begin.
 */
export class HandlerQueue implements Intake {
  readonly #backlog: Backlog;
  readonly #queue: BoundedQueue;
  #running = 0;
  /** Whether {@link #pump} runs, or is going to without anybody's doing. */
  #pumping = false;
  /** The subscription takes no delivery now; until woken it is not asked again. */
  #stopped = false;
  #ended = false;
  #sinceTurn = 0;
  #task: Task | undefined;
  /** Handlers run in the async context of who subscribed: one burst has events of many emitters. */
  readonly #context = new AsyncResource('HandlerQueue');
  /** Not by `AsyncResource.bind`: what that answers takes 70 to 300 ns more for each burst. */
  readonly #pumpSoon = (): void => this.#context.runInAsyncScope(() => this.#pump());

  constructor(
    private readonly engine: Engine,
    private readonly subscription: Subscription,
    private readonly options: ResolvedQueue,
  ) {
    this.#backlog = options.orderBy === undefined ? new Line() : new Lanes();
    this.#queue = new BoundedQueue(engine, subscription, this.#backlog, options);
  }

  /** What its task is called. */
  get label(): string {
    const { waiting } = this.#queue;
    return waiting === 0 ? this.subscription.label : `${this.subscription.label} (${waiting} waiting)`;
  }

  get figures(): QueueFigures {
    return this.#queue.figures(this.#running);
  }

  accept(event: BusEvent, report: EmitReport | undefined): void {
    const { orderBy } = this.options;
    if (orderBy !== undefined) return this.#acceptByKey(orderBy, event, report);
    this.#put(event, undefined, report);
  }

  wake(): void {
    this.#stopped = false;
    if (this.#backlog.size > 0) this.#stir();
  }

  end(): void {
    this.#ended = true;
    this.#queue.discard();
    this.#restIfDone();
  }

  #acceptByKey(
    orderBy: NonNullable<ResolvedQueue['orderBy']>,
    event: BusEvent,
    report: EmitReport | undefined,
  ): void {
    const { engine, subscription } = this;
    let key: unknown;
    try {
      key = keyOf(orderBy, event);
    } catch (error) {
      fail(engine, { event, subscription, error, phase: 'orderBy' }, report);
      return void skip(engine, subscription, event, 'orderBy');
    }
    this.#put(event, key, report);
  }

  #put(event: BusEvent, key: unknown, report: EmitReport | undefined): void {
    const { subscription } = this;
    if (this.#ended) return this.#queue.lose(1);
    if (subscription.guarded && subscription.traits.once === true) {
      // The key's function may have emitted, and that event may have been the one.
      if (subscription.spent) return;
      subscription.spent = true;
    }
    if (this.#queue.offer(event, key, report) && !this.#pumping) this.#stir();
  }

  #stir(): void {
    if (this.#pumping || this.#stopped || this.#running >= this.options.concurrency) return;
    this.#pumping = true;
    this.#task ??= this.engine.tasks.start(this, undefined, this.engine.clock());
    void SOON.then(this.#pumpSoon);
  }

  #pump(): void {
    const { engine, subscription } = this;
    this.#pumping = true;
    while (this.#running < this.options.concurrency && this.#backlog.ready()) {
      const { guarded } = subscription;
      if (guarded && !this.#takesDelivery()) break;
      if (this.#sinceTurn === DELIVERIES_PER_TURN) {
        this.#sinceTurn = 0;
        setImmediate(this.#pumpSoon);
        return;
      }
      this.#sinceTurn++;
      const event = this.#queue.take();
      const lane = this.#backlog.taken;
      this.#running++;
      if (guarded && subscription.spent) subscription.unsubscribe();
      // A chain of its own: the emit that brought the event has ended. Here nothing is under way.
      engine.nesting.enter(event.topic);
      const pending = deliver(engine, subscription, event, undefined);
      engine.nesting.leave();
      if (pending === undefined) this.#delivered(lane);
      else void this.#whenDone(event, pending, lane);
    }
    this.#pumping = false;
    this.#restIfDone();
  }

  #takesDelivery(): boolean {
    const { subscription } = this;
    // What waits is lost, and counted.
    if (subscription.isCollected) return !subscription.unsubscribe();
    this.#stopped = !subscription.takesDelivery();
    return !this.#stopped;
  }

  async #whenDone(event: BusEvent, pending: PromiseLike<unknown>, lane: unknown): Promise<void> {
    const { engine, subscription } = this;
    try {
      conclude(engine, subscription, event, undefined, await pending);
    } catch (error) {
      failed(engine, subscription, event, undefined, error);
    }
    this.#delivered(lane);
    if (!this.#pumping) this.#pump();
  }

  #delivered(lane: unknown): void {
    this.#running--;
    this.#backlog.release(lane);
    this.engine.tasks.countDelivery();
  }

  #restIfDone(): void {
    if (this.#task === undefined || this.#running > 0 || this.#pumping) return;
    this.engine.tasks.release(this.#task);
    this.#task = undefined;
  }
}

/** @throws what the function throws; InvalidArgumentError when it returns a promise */
function keyOf(orderBy: NonNullable<ResolvedQueue['orderBy']>, event: BusEvent): unknown {
  const key: unknown = orderBy(event as BusEvent<never>);
  if (!isThenable(key)) return key;
  void ignoreOutcome(key);
  throw new InvalidArgumentError(
    'orderBy',
    key,
    'orderBy must be synchronous, but it returned a promise. Take the key from the event itself.',
  );
}
