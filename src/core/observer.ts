import type { CloseReport } from './lifecycle/close-report.js';
import type { Denial } from './rights/denial.js';
import { describeError } from './describe-error.js';
import type { BusEvent } from './event/event.js';
import type { DropReason, HandlerFailure } from './publish/report.js';
import type { Subscription } from './subscription/subscription.js';
import type { Task } from './lifecycle/tasks.js';
import { isThenable } from './thenable.js';

/** Something that deserves attention and fails nobody. */
export interface BusWarning {
  /** Stable, for programs: `EVENT_BUS_…`. */
  readonly code: string;
  readonly message: string;
}

/** A call that the bus refused with an error, for the caller's own fault. */
export interface Refusal {
  readonly topic: unknown;
  readonly source: string | undefined;
  readonly error: unknown;
}

/** Why a subscription didn't get an event that it hears. `orderBy`: that function of its queue's options threw. */
export type SkipReason = 'paused' | 'filter' | 'orderBy';

/** An attempt that failed, and will be followed by another. */
export interface RetryNotice {
  readonly event: BusEvent;
  readonly subscription: Subscription;
  readonly error: unknown;
  /** Which attempt it was: 1 for the first. */
  readonly attempt: number;
  /** ms until the next one */
  readonly delay: number;
}

/** A handler that kept failing, and is set aside (see the option `pause`). */
export interface PauseNotice {
  readonly subscription: Subscription;
  /** How many deliveries in a row have failed. */
  readonly failures: number;
  /** ms until a delivery on trial; Infinity: only `resume()` ends the pause. */
  readonly resumeAfter: number;
  /** The last of them. */
  readonly event: BusEvent;
  readonly error: unknown;
}

/** Such a pause has ended. */
export interface ResumeNotice {
  readonly subscription: Subscription;
  /** A delivery on trial succeeded, or somebody called `resume()`. */
  readonly by: 'trial' | 'hand';
}

/**
 * Is told what the bus did, never asked. All methods are optional; the bus calls none that is missing. What one
 * throws, or rejects with, is reported as a process warning and changes nothing.
 */
export interface Observer {
  /** An event passed middleware and schema, and is about to be delivered to so many subscriptions. */
  emitted?(event: BusEvent, subscriptions: number): void;
  /** A handler returned a promise, or failed and will be called again: that it finished or failed for good is told later. */
  pending?(event: BusEvent, subscription: Subscription): void;
  /** A handler finished; an async one, when its promise resolved. */
  delivered?(event: BusEvent, subscription: Subscription): void;
  /** A handler or a filter failed; for good, if the handler has the option `retry`. */
  failed?(failure: HandlerFailure): void;
  /** An attempt failed, and there will be another. */
  retrying?(notice: RetryNotice): void;
  /** A subscription was paused because its handler kept failing, also once more after a trial; not told of `pause()`. */
  paused?(notice: PauseNotice): void;
  /** Such a pause ended. */
  resumed?(notice: ResumeNotice): void;
  /** A subscription didn't get an event: it was paused, its filter refused it, or its filter or its queue's `orderBy` threw. */
  skipped?(event: BusEvent, subscription: Subscription, reason: SkipReason): void;
  /** Nobody got the event. */
  dropped?(event: BusEvent, reason: DropReason): void;
  /**
   * A subscription's queue was full and lost this event, or refused it. `run` counts the losses since the queue last had drained to
   * half of its capacity.
   */
  overflowed?(event: BusEvent, subscription: Subscription, run: number, fate: 'dropped' | 'refused'): void;
  /** A run of so many losses is over: the queue has drained to half of its capacity, or its subscription has ended. */
  relieved?(subscription: Subscription, losses: number): void;
  /** A subscription has ended, and so many events that waited in its queue, or came too late, are lost. */
  discarded?(subscription: Subscription, events: number): void;
  /** A call was answered with an error. */
  refused?(refusal: Refusal): void;
  /** An owner may not emit a topic, or not hear a pattern. In `report` mode, which lets it through, told once for each. */
  denied?(denial: Denial): void;
  /** A tracked task (not a handler) rejected. */
  taskFailed?(task: Task, error: unknown): void;
  warned?(warning: BusWarning): void;
  /** The bus has closed: what was in flight has ended, or was told to. */
  closed?(report: CloseReport): void;
  subscribed?(subscription: Subscription): void;
  unsubscribed?(subscription: Subscription): void;
}

type Hook = keyof Observer;
type Told<H extends Hook> = Parameters<NonNullable<Observer[H]>>;

const HOOKS: readonly Hook[] = [
  'emitted',
  'pending',
  'delivered',
  'failed',
  'retrying',
  'paused',
  'resumed',
  'skipped',
  'dropped',
  'overflowed',
  'relieved',
  'discarded',
  'refused',
  'denied',
  'taskFailed',
  'warned',
  'closed',
  'subscribed',
  'unsubscribed',
];

/** The observers of one bus. */
export class Observers {
  #observers: readonly Observer[] = [];
  /** Which hooks somebody listens to, so that the hot path asks a boolean and builds nothing for nobody. */
  readonly wants: Record<Hook, boolean> = noHooks();

  add(observer: Observer): () => void {
    this.#set([...this.#observers, observer]);
    let added = true;
    return () => {
      if (!added) return;
      added = false;
      this.#set(this.#observers.toSpliced(this.#observers.indexOf(observer), 1));
    };
  }

  /**
   * As `tell('emitted', …)`, at every emit where the log listens: with the hook's name and its arguments spelt out it takes a tenth of
   * the time (6 ns instead of 60).
   */
  tellEmitted(event: BusEvent, subscriptions: number): void {
    const observers = this.#observers;
    for (let at = 0; at < observers.length; at++) {
      try {
        const result: unknown = observers[at]!.emitted?.(event, subscriptions);
        if (isThenable(result)) void watch('emitted', result);
      } catch (error) {
        reportObserver('emitted', error);
      }
    }
  }

  /** Calls one hook of every observer, in the order they were added. */
  tell<H extends Hook>(hook: H, ...told: Told<H>): void {
    if (!this.wants[hook]) return;
    for (const observer of this.#observers) {
      try {
        const result = (observer[hook] as ((...told: Told<H>) => unknown) | undefined)?.(...told);
        if (isThenable(result)) void watch(hook, result);
      } catch (error) {
        reportObserver(hook, error);
      }
    }
  }

  #set(observers: readonly Observer[]): void {
    this.#observers = observers;
    for (const hook of HOOKS)
      this.wants[hook] = observers.some((observer) => typeof observer[hook] === 'function');
  }
}

function noHooks(): Record<Hook, boolean> {
  return Object.fromEntries(HOOKS.map((hook) => [hook, false])) as Record<Hook, boolean>;
}

async function watch(hook: Hook, pending: PromiseLike<unknown>): Promise<void> {
  try {
    await pending;
  } catch (error) {
    reportObserver(hook, error);
  }
}

function reportObserver(hook: Hook, error: unknown): void {
  process.emitWarning(`An observer of the event bus threw in ${hook}(): ${describeError(error)}`, {
    code: 'EVENT_BUS_OBSERVER_FAILED',
  });
}
