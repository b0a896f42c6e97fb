import type { Denial } from './rights/denial.js';
import { describeDenial } from './rights/denial.js';
import { DeadLetterStore } from './delivery/dead-letter-store.js';
import { CLOCKS } from './event/clock.js';
import type { DeliveryPolicy } from './delivery/delivery-policy.js';
import { policyOf } from './delivery/delivery-policy.js';
import type { EventDefinition } from './event/definition.js';
import { Definitions } from './event/definition.js';
import type { BusEvent } from './event/event.js';
import type { HeldEvents } from './lifecycle/held-events.js';
import { History } from './history/history.js';
import type { Middleware } from './publish/middleware.js';
import type { BusWarning } from './observer.js';
import { Observers } from './observer.js';
import type { ResolvedOptions } from './options.js';
import type { DropReason, HandlerFailure } from './publish/report.js';
import { Nesting } from './publish/nesting.js';
import { Permissions } from './rights/permissions.js';
import { Registry } from './subscription/registry.js';
import { Router } from './subscription/router.js';
import { Scope } from './subscription/scope.js';
import type { Subscription } from './subscription/subscription.js';
import { Sensitivity } from './history/sensitivity.js';
import { Shutoff } from './delivery/shutoff.js';
import type { Task } from './lifecycle/tasks.js';
import { Tasks } from './lifecycle/tasks.js';

/** What the whole bus counts. All are counts since it was made. */
export interface Counters {
  /** Events that were accepted. */
  emitted: number;
  /** Deliveries: handler calls, and events handed to streams and waits. */
  delivered: number;
  /** Deliveries that failed. */
  failed: number;
  /** Deliveries that a pause, a filter or a throwing `orderBy` prevented. */
  skipped: number;
  /** Events that a middleware dropped, or that came after the bus (or their scope) had closed. */
  dropped: number;
  /** Deliveries that were lost in queues: they were full, or their subscription ended. */
  lost: number;
  /** Deliveries that full queues refused. */
  refused: number;
}

/** How the engine tells of what failed. Given from above, since telling is itself publishing. */
export interface Reports {
  failure(engine: Engine, failure: HandlerFailure): void;
  task(engine: Engine, task: Task, error: unknown): void;
  denial(engine: Engine, denial: Denial): void;
}

/** The state that all the parts of one bus share. Who may do what with it is decided in front, by `EventBus`. */
export class Engine {
  readonly observers = new Observers();
  readonly definitions = new Definitions();
  /** The time in ms since 1970. */
  readonly clock: () => number;
  readonly history: History;
  readonly sensitivity: Sensitivity;
  readonly deadLetters: DeadLetterStore;
  readonly nesting: Nesting;
  readonly permissions: Permissions;
  readonly root: Scope;
  readonly tasks = new Tasks((task, error) => this.reports.task(this, task, error));
  readonly counters: Counters = {
    emitted: 0,
    delivered: 0,
    failed: 0,
    skipped: 0,
    dropped: 0,
    lost: 0,
    refused: 0,
  };
  /** What stands around handlers that have no options of their own for it. */
  readonly policy: DeliveryPolicy | undefined;
  readonly registry = new Registry(() => this.subscriptions());
  middleware: readonly Middleware[] = [];
  /** Present until the application has started. */
  held: HeldEvents | undefined;
  /** Why what a pattern stands for can't come yet; undefined if it may come at any time. */
  explainWait: ((pattern: string) => string | undefined) | undefined;
  closed = false;
  #warnedOfLateEvents = false;
  /** Told when closing could not wait any longer. */
  readonly shutoff = new Shutoff();

  constructor(
    readonly options: ResolvedOptions,
    private readonly reports: Reports,
  ) {
    this.clock = CLOCKS[options.clock];
    this.history = new History(options.historyCapacity, (event) => this.sensitivity.shown(event));
    this.sensitivity = new Sensitivity(options.sensitive, options.redactor);
    this.deadLetters = new DeadLetterStore(options.deadLetterCapacity);
    this.nesting = new Nesting(options.recursionLimit);
    this.permissions = new Permissions(options.permissions);
    this.policy = policyOf({}, options.delivery);
    this.root = this.createScope(undefined, undefined);
  }

  onFailure(failure: HandlerFailure): void {
    this.reports.failure(this, failure);
  }

  /** Tells of what was denied: observers each time, everybody else the first time. */
  deny(denial: Denial): void {
    if (this.observers.wants.denied) this.observers.tell('denied', denial);
    else if (denial.times === 1) {
      this.warn({ code: 'EVENT_BUS_PERMISSION_DENIED', message: describeDenial(denial) });
    }
    if (denial.times !== 1) return;
    this.permissions.keep(denial);
    this.reports.denial(this, denial);
  }

  /** All that live, scope by scope. */
  *subscriptions(): Generator<Subscription> {
    for (const { router } of this.root.tree()) yield* router;
  }

  createScope(parent: Scope | undefined, name: string | undefined): Scope {
    const router = new Router({
      cacheSize: this.options.routeCacheSize,
      definitionOf: (topic) => this.definitions.get(topic),
      retains: (topic) => this.definitions.retains(topic),
      onNearMiss: (pattern, topic) => this.warn(nearMiss(pattern, topic)),
      onRemoved: (subscription) => {
        this.registry.remove(subscription);
        if (this.observers.wants.unsubscribed) this.observers.tell('unsubscribed', subscription);
      },
    });
    return new Scope(router, parent, name);
  }

  /** Makes a definition known, by its topic as it was read and judged. @throws DefinitionConflictError */
  define(definition: EventDefinition, topic = definition.topic): void {
    if (!this.definitions.add(definition, topic)) return;
    this.#forget(topic);
    if (!definition.sensitive) return;
    this.sensitivity.add(topic);
    this.history.map((event) => this.sensitivity.kept(event)); // what came before the definition, too
  }

  /** Has the last event of a topic kept from now on. @throws InvalidTopicError */
  retain(topic: string): void {
    this.definitions.retain(topic);
    this.#forget(topic);
  }

  #forget(topic: string): void {
    for (const scope of this.root.tree()) scope.router.forget(topic);
  }

  warn(warning: BusWarning): void {
    if (this.observers.wants.warned) this.observers.tell('warned', warning);
    else process.emitWarning(warning.message, { type: 'EventBusWarning', code: warning.code });
  }

  drop(event: BusEvent, reason: DropReason): void {
    this.counters.dropped++;
    if (this.observers.wants.dropped) return this.observers.tell('dropped', event, reason);
    if (reason !== 'closed' || this.#warnedOfLateEvents) return;
    this.#warnedOfLateEvents = true;
    const message = `"${event.topic}" was emitted after the bus (or its scope) had closed, and is delivered to nobody. Later ones are only counted.`;
    this.warn({ code: 'EVENT_BUS_CLOSED', message });
  }
}

function nearMiss(pattern: string, topic: string): BusWarning {
  const advice =
    pattern === '*'
      ? 'A lone "*" hears topics of one segment only; "**" hears every topic.'
      : 'The separators ":" and "." are not interchangeable, and case counts.';
  return {
    code: 'EVENT_BUS_NEAR_MISS',
    message: `"${topic}" was emitted, and a subscription to "${pattern}" does not hear it, though it nearly matches. ${advice}`,
  };
}
