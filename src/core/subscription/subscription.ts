import type { DeliveryPolicy } from '../delivery/delivery-policy.js';
import type { BusEvent } from '../event/event.js';
import type { FailedDelivery, PauseFigures } from '../delivery/failure-pause.js';
import { FailurePause } from '../delivery/failure-pause.js';
import type { Owner } from '../owner.js';
import { sourceOf } from '../owner.js';
import type { Pattern } from '../event/pattern.js';
import type { QueueFigures, SubscriptionFigures, SubscriptionKind } from './subscription-figures.js';

/** A handler as the engine calls it; what `on` accepts is typed by the event map. */
export type RawHandler = (data: never, event: BusEvent<never>, context: never) => unknown;

/** Where a subscription is kept: its scope's router. */
interface Keeper {
  remove(subscription: Subscription): boolean;
}

/** @internal What the engine gives a subscription beside pattern, handler and options. */
export interface SubscriptionSetting {
  readonly keeper: Keeper;
  readonly owner: Owner;
  /** The bus on which it was made, for the handler's context. Typed where it is used: the bus stands above this file. */
  readonly bus: unknown;
  readonly kind: SubscriptionKind;
  readonly onEnd: (() => void) | undefined;
  /** Makes the queue of the subscription, if it has one. */
  readonly intake?: ((subscription: Subscription) => Intake) | undefined;
  /** The path of the scope; undefined for the root. */
  readonly scope?: string | undefined;
  /** What stands around the handler; undefined for nothing. */
  readonly policy?: DeliveryPolicy | undefined;
  /** What is told of its pauses by failures. */
  readonly pauses?: PauseReports | undefined;
}

/** @internal Who is told of pauses by failures. */
export interface PauseReports {
  paused(subscription: Subscription, figures: PauseFigures, last: FailedDelivery): void;
  resumed(subscription: Subscription, by: 'trial' | 'hand', event: BusEvent | undefined): void;
}

/** The options that a subscription keeps; those of `on` are checked and typed in front. */
export interface SubscriptionTraits {
  readonly key?: string | false | undefined;
  readonly filter?: ((data: never, event: BusEvent<never>) => boolean) | undefined;
  readonly priority?: number | undefined;
  readonly once?: boolean | undefined;
  readonly weak?: boolean | undefined;
}

/** Takes the events of a subscription instead of its handler: a queue. It stands above this file, hence the interface. */
export interface Intake {
  readonly figures: QueueFigures;
  /** What `close` calls it, with what waits. */
  readonly label: string;
  /** Takes an event, or counts and tells its loss. Never throws. `report`: the `EmitReport`, which stands above this file. */
  accept(event: BusEvent, report: object | undefined): void;
  /** To be called when the subscription may take deliveries again. */
  wake(): void;
  /** The subscription has ended. */
  end(): void;
}

let created = 0;
/** What is private at run time, too, for the rest of the core: `Subscription` hands it out once, here. */
let inside: {
  bus(subscription: Subscription): unknown;
  owner(subscription: Subscription): Owner;
  intake(subscription: Subscription): Intake | undefined;
  failurePause(subscription: Subscription): FailurePause | undefined;
};

/** The bus on which a subscription was made. */
export function busOf(subscription: Subscription): unknown {
  return inside.bus(subscription);
}

/** Who made it. */
export function ownerOf(subscription: Subscription): Owner {
  return inside.owner(subscription);
}

/** Its queue, where it has one; a plain subscription has none. */
export function intakeOf(subscription: Subscription): Intake | undefined {
  return inside.intake(subscription);
}

/** Counts its failures, where it has the option `pause`. */
export function failurePauseOf(subscription: Subscription): FailurePause | undefined {
  return inside.failurePause(subscription);
}

/** A pattern, a handler and options: what `on` returns. */
export class Subscription {
  /** @internal Order of subscription. */
  readonly sequence = ++created;
  /** What it listens to. */
  readonly pattern: string;
  readonly kind: SubscriptionKind;
  readonly priority: number;
  /** @internal */
  readonly compiled: Pattern;
  /** @internal */
  readonly traits: SubscriptionTraits;
  /** @internal The path of its scope; undefined for the root. */
  readonly scope: string | undefined;
  /** @internal */
  readonly policy: DeliveryPolicy | undefined;
  /** @internal Undefined for a weak one, whose handler is behind `weakHandler`. */
  readonly handler: RawHandler | undefined;
  /** @internal */
  readonly weakHandler: WeakRef<RawHandler> | undefined;
  /** @internal Only handlers that declare a third parameter are given a context: making one costs. */
  readonly wantsContext: boolean;
  /** @internal False where something has to be asked before each delivery: pause, filter, once, weak, queue. */
  plain: boolean;
  /** @internal Until the application has started, its events wait. */
  held = false;
  /** @internal A once-subscription that has had its event. */
  spent = false;

  /** How many events were handed over. */
  delivered = 0;
  /** How many deliveries failed: the handler did, or the filter. */
  failed = 0;
  /** How many events were not handed over because it was paused or its filter refused them. */
  skipped = 0;
  /** How many events its queue lost: it was full, or the subscription ended while they waited. */
  dropped = 0;
  /** How many events its full queue refused. */
  refused = 0;

  // Private at run time, too: who holds a subscription must get at nothing that has other rights, or through which the bus speaks.
  readonly #bus: unknown;
  readonly #owner: Owner;
  readonly #intake: Intake | undefined;
  readonly #failurePause: FailurePause | undefined;
  #keeper: Keeper | undefined;
  #pausedByHand = false;
  #ends: Set<() => void> | undefined;
  readonly #name: string;
  readonly #onEnd: (() => void) | undefined;

  static {
    inside = {
      bus: (subscription) => subscription.#bus,
      owner: (subscription) => subscription.#owner,
      intake: (subscription) => subscription.#intake,
      failurePause: (subscription) => subscription.#failurePause,
    };
  }

  /** @internal */
  constructor(
    setting: SubscriptionSetting,
    pattern: Pattern,
    handler: RawHandler,
    traits: SubscriptionTraits,
  ) {
    this.#keeper = setting.keeper;
    this.#onEnd = setting.onEnd;
    this.#name = setting.kind === 'handler' ? nameOf(handler) : setting.kind;
    this.#owner = setting.owner;
    this.#bus = setting.bus;
    this.scope = setting.scope;
    this.policy = setting.policy;
    this.#failurePause = this.#makeFailurePause(setting);
    this.kind = setting.kind;
    this.compiled = pattern;
    this.pattern = pattern.source;
    this.traits = { ...traits }; // the caller's object may change
    this.priority = traits.priority ?? 0;
    this.handler = traits.weak === true ? undefined : handler;
    this.weakHandler = traits.weak === true ? new WeakRef(handler) : undefined;
    this.wantsContext = handler.length > 2;
    this.#intake = setting.intake?.(this);
    this.plain = this.#isPlain();
  }

  /** @internal What makes two of one owner the same; undefined when it is never the same as another. */
  get identity(): unknown {
    return this.traits.key === false ? undefined : (this.handler ?? this.weakHandler?.deref());
  }

  /** Unique within the process, for `off(id)`. */
  get id(): string {
    return `sub-${this.sequence}`;
  }

  /** Who handles, for people: `Module/Class.method`, or the function's name. */
  get label(): string {
    const source = sourceOf(this.#owner);
    return source === undefined ? this.#name : `${source}.${this.#name}`;
  }

  /** False once it was unsubscribed, had its one event, was collected, or its bus or scope closed. */
  get active(): boolean {
    return this.#keeper !== undefined;
  }

  /** Its events don't reach it: because of {@link pause}, or because its handler kept failing. */
  get paused(): boolean {
    return this.#pausedByHand || this.#failurePause?.isPaused === true;
  }

  /** Ends it. An emit that is under way keeps the list with which it began. Answers whether there was something to end. */
  unsubscribe(): boolean {
    return this.#keeper?.remove(this) ?? false;
  }

  /**
   * From now on its events are skipped and counted (with a queue, they wait in it), until {@link resume}. Answers whether it was
   * running.
   */
  pause(): boolean {
    if (!this.active) return false;
    const wasPaused = this.paused;
    this.#pausedByHand = true;
    this.#failurePause?.stop();
    this.#update();
    return !wasPaused;
  }

  /** Ends a pause, be it by hand or by failures. Answers whether it was paused. */
  resume(): boolean {
    if (!this.paused || !this.active) return false;
    this.#pausedByHand = false;
    this.#failurePause?.resume();
    this.#update();
    return true;
  }

  /** What can be told of it, as plain data: also what `console.log` shows. */
  toJSON(): SubscriptionFigures {
    const { id, pattern, label, kind, priority, paused, delivered, skipped, failed, dropped, refused } = this;
    const source = sourceOf(this.#owner);
    return {
      id,
      pattern,
      handler: label,
      source,
      kind,
      priority,
      paused,
      pausedBy: paused ? (this.#pausedByHand ? 'hand' : 'failures') : undefined,
      failuresInARow: this.#failurePause?.failures,
      delivered,
      skipped,
      failed,
      dropped,
      refused,
      queue: this.#intake?.figures,
    };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): SubscriptionFigures {
    return this.toJSON();
  }

  [Symbol.dispose](): void {
    this.unsubscribe();
  }

  /** @internal Whether a delivery may begin now. Of a trial after a pause: one, which must begin before this is asked again. */
  takesDelivery(): boolean {
    return !this.#pausedByHand && this.#failurePause?.isOpen !== false;
  }

  /** @internal Called when it ends. Who waits for that, and then no longer does, deletes itself. */
  get ends(): Set<() => void> {
    return (this.#ends ??= new Set());
  }

  /** @internal Weak, and its handler is gone. */
  get isCollected(): boolean {
    return this.weakHandler !== undefined && this.weakHandler.deref() === undefined;
  }

  /** @internal */
  calls(handler: RawHandler): boolean {
    return (this.handler ?? this.weakHandler?.deref()) === handler;
  }

  /** @internal Called by the keeper once it is gone from there. */
  ended(): void {
    this.#keeper = undefined;
    this.#failurePause?.stop();
    this.#intake?.end();
    this.#onEnd?.();
    for (const end of this.#ends ?? []) end();
  }

  #makeFailurePause({ policy, pauses }: SubscriptionSetting): FailurePause | undefined {
    if (policy?.pause === undefined) return undefined;
    return new FailurePause(policy.pause, {
      paused: (figures, last) => pauses?.paused(this, figures, last),
      resumed: (by, event) => pauses?.resumed(this, by, event),
      changed: () => this.#update(),
    });
  }

  /** To be called when it was paused or resumed. */
  #update(): void {
    this.plain = this.#isPlain();
    if (this.takesDelivery()) this.#intake?.wake();
  }

  #isPlain(): boolean {
    const { filter, once } = this.traits;
    const asksNobody = filter === undefined && once !== true && this.handler !== undefined;
    return asksNobody && this.#intake === undefined && !this.paused;
  }
}

/** The name can be anything: of a class, it may be a static member. */
function nameOf(handler: RawHandler): string {
  const name: unknown = handler.name;
  return typeof name === 'string' && name !== '' ? name : '(anonymous)';
}
