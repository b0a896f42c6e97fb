import type { Backlog } from './backlog.js';
import type { Engine } from '../engine.js';
import { QueueFullError } from '../errors.js';
import type { BusEvent } from '../event/event.js';
import type { QueueBounds } from '../options.js';
import type { EmitReport } from '../publish/report.js';
import type { Subscription } from '../subscription/subscription.js';
import type { QueueFigures } from '../subscription/subscription-figures.js';
import { WaitingLine } from './waiting-line.js';

/**
 * The bounded queue of one subscription: lets events in, or does with them what it is told to when it is full, and counts every
 * one that it loses. Who takes events out of it decides what becomes of them.
 */
export class BoundedQueue {
  /** Events whose `emitAsync` waits for room. */
  readonly #outside = new WaitingLine();
  /** Losses since the queue last had drained to half of its capacity. */
  #run = 0;
  /** Somebody waits for room, or a run of losses isn't over: what is taken out makes a difference. */
  #pressed = false;

  constructor(
    private readonly engine: Engine,
    private readonly subscription: Subscription,
    private readonly backlog: Backlog,
    private readonly bounds: QueueBounds,
  ) {}

  /** How many events wait: in the queue, and for room in it. */
  get waiting(): number {
    return this.backlog.size + this.#outside.size;
  }

  figures(running: number): QueueFigures {
    const { capacity } = this.bounds;
    return { capacity, waiting: this.waiting, blocked: this.#outside.size, running };
  }

  /** Answers whether the event is in the queue now. Its loss is reported, or that it waits for room. */
  offer(event: BusEvent, key: unknown, report: EmitReport | undefined): boolean {
    // What was held until the start has its own bound, and must not be lost for coming all at once.
    if (this.backlog.size >= this.bounds.capacity && !this.subscription.held) {
      return this.#overflow(event, key, report);
    }
    this.#enter(event, key, report);
    return true;
  }

  /** Removes and returns an event; to be called when the backlog has one that is ready. */
  take(): BusEvent {
    const event = this.backlog.take();
    if (this.#pressed) this.#hasRoom();
    return event;
  }

  /** Nobody waits for room any more; what is in the queue can still be taken. */
  close(): void {
    this.lose(this.#outside.clear());
  }

  /** Nothing waits any more. */
  discard(): void {
    const events = this.backlog.size + this.#outside.clear();
    this.backlog.clear();
    this.lose(events);
  }

  /** Counts events that came, or waited, for nothing: the subscription has ended. */
  lose(events: number): void {
    this.#endRun();
    if (events === 0) return;
    this.subscription.dropped += events;
    this.engine.counters.lost += events;
    this.engine.observers.tell('discarded', this.subscription, events);
  }

  #enter(event: BusEvent, key: unknown, report: EmitReport | undefined): void {
    this.backlog.push(event, key);
    if (report !== undefined) report.queued++;
  }

  /** As {@link offer}, of a full queue. */
  #overflow(event: BusEvent, key: unknown, report: EmitReport | undefined): boolean {
    switch (this.bounds.overflow) {
      case 'drop-oldest': {
        const oldest = this.backlog.dropOldest()!;
        this.#enter(event, key, report);
        this.#drop(oldest);
        return true;
      }
      case 'drop-newest':
        this.#drop(event);
        return false;
      case 'refuse':
        this.#refuse(event, report);
        return false;
      case 'wait':
        if (report === undefined || report.signal?.aborted === true) this.#refuse(event, report);
        else this.#wait(event, key, report);
        return false;
    }
  }

  #wait(event: BusEvent, key: unknown, report: EmitReport): void {
    const outside = this.#outside.add(event, key, report, () => this.#refuse(event, undefined));
    report.waitFor(outside);
    this.#pressed = true;
  }

  #hasRoom(): void {
    const { backlog, bounds } = this;
    while (backlog.size < bounds.capacity) {
      const first = this.#outside.shift();
      if (first === undefined) break;
      this.#enter(first.event, first.key, first.report);
    }
    if (this.#run > 0 && backlog.size * 2 <= bounds.capacity) this.#endRun();
    this.#pressed = this.#run > 0 || this.#outside.size > 0;
  }

  #drop(event: BusEvent): void {
    this.subscription.dropped++;
    this.engine.counters.lost++;
    this.#tellLoss(event, 'dropped');
  }

  /** For this subscriber alone: the others get the event, and the emitter is told by its report. */
  #refuse(event: BusEvent, report: EmitReport | undefined): void {
    const { subscription, bounds } = this;
    subscription.refused++;
    this.engine.counters.refused++;
    if (report !== undefined) {
      const error = new QueueFullError(subscription.label, event.topic, bounds.capacity);
      report.fail({ event, subscription, error, phase: 'queue', attempts: 0, deadLetter: undefined });
    }
    this.#tellLoss(event, 'refused');
  }

  #tellLoss(event: BusEvent, fate: 'dropped' | 'refused'): void {
    const { engine, subscription } = this;
    this.#run++;
    this.#pressed = true;
    if (engine.observers.wants.overflowed) {
      engine.observers.tell('overflowed', event, subscription, this.#run, fate);
    } else if (this.#run === 1) {
      engine.warn({
        code: 'EVENT_BUS_QUEUE_FULL',
        message: `The queue of ${subscription.label} is full; "${event.topic}" was ${fate}, and what comes next is until it has drained to half. Figures: inspect().`,
      });
    }
  }

  #endRun(): void {
    const losses = this.#run;
    if (losses === 0) return;
    this.#run = 0;
    this.engine.observers.tell('relieved', this.subscription, losses);
  }
}
