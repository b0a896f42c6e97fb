import type { DeliveryPolicy } from '../delivery/delivery-policy.js';
import type { Pattern } from '../event/pattern.js';
import { FailurePause } from '../delivery/failure-pause.js';
import { Extras, NO_TRAITS, type SubscriptionTraits } from './extras.js';
import type { Intake } from './intake.js';
import type { Owner } from '../owner.js';
import { sourceOf } from '../owner.js';
import { nameOf, type RawHandler } from './raw-handler.js';
import type { SubscriptionFigures, SubscriptionKind } from './subscription-figures.js';
import type { Keeper, Subscribed, SubscriptionDetails } from './subscription-setting.js';

/** What is so of a subscription, as bits of one number, with its position above: as fields, each would take eight bytes. */
const GUARDED = 1;
const WANTS_CONTEXT = 2;
const HELD = 4;
const SPENT = 8;
const PAUSED_BY_HAND = 16;
const ENDED = 32;
const QUEUED = 64;
const FLAGS = 127;
const POSITION = 7;

let created = 0;

// What is private at run time, too, for the rest of the core: `Subscription` hands it out once, here.
/** Who subscribed, and on which bus. */
export let subscribedBy: (subscription: Subscription) => Subscribed;
/** The bus on which a subscription was made. */
export let busOf: (subscription: Subscription) => unknown;
/** Who made it. */
export let ownerOf: (subscription: Subscription) => Owner;
/** Where it is (or was) kept. */
export let keeperOf: (subscription: Subscription) => Keeper<Subscription>;
/** Its queue, where it has one; a plain subscription has none. */
export let intakeOf: (subscription: Subscription) => Intake | undefined;
/** Counts its failures, where it has the option `pause`. */
export let failurePauseOf: (subscription: Subscription) => FailurePause | undefined;
/** Where it stands among many. */
export let positionOf: (subscription: Subscription) => number;
export let setPosition: (subscription: Subscription, position: number) => void;
let is: (subscription: Subscription, flag: number) => boolean;
let set: (subscription: Subscription, flag: number, isSet: boolean) => void;
/** Its extras, made if there are none yet. */
let extrasOf: (subscription: Subscription) => Extras;

/** A pattern, a handler and options: what `on` returns. */
export class Subscription {
  /** @internal Order of subscription. */
  readonly sequence = ++created;
  /** @internal Undefined for a weak one, whose handler is behind `weakHandler`. */
  readonly handler: RawHandler | undefined;
  /** How many events were handed over. */
  delivered = 0;

  // Private at run time, too: who holds a subscription must get at nothing that has other rights, or through which the bus speaks.
  readonly #subscribed: Subscribed;
  readonly #keeper: Keeper<Subscription>;
  #extras: Extras | undefined;
  #state: number;

  static {
    subscribedBy = (subscription) => subscription.#subscribed;
    busOf = (subscription) => subscription.#subscribed.bus;
    ownerOf = (subscription) => subscription.#subscribed.owner;
    keeperOf = (subscription) => subscription.#keeper;
    intakeOf = (subscription) => subscription.#extras?.intake;
    failurePauseOf = (subscription) => subscription.#extras?.failurePause;
    positionOf = (subscription) => subscription.#state >> POSITION;
    setPosition = (subscription, position) => {
      subscription.#state = (subscription.#state & FLAGS) | (position << POSITION);
    };
    is = (subscription, flag) => (subscription.#state & flag) !== 0;
    set = (subscription, flag, isSet) => {
      if (isSet) subscription.#state |= flag;
      else subscription.#state &= ~flag;
    };
    extrasOf = (subscription) => (subscription.#extras ??= new Extras());
  }

  /** @internal @param details undefined where there are none */
  constructor(
    subscribed: Subscribed,
    keeper: Keeper<Subscription>,
    handler: RawHandler,
    details?: SubscriptionDetails<Subscription>,
  ) {
    this.#subscribed = subscribed;
    this.#keeper = keeper;
    this.handler = details?.traits?.weak === true ? undefined : handler;
    this.#state = handler.length > 2 ? WANTS_CONTEXT : 0;
    this.#extras = details && new Extras(details.kind, details.traits, details.policy, details.onEnd);
    if (details !== undefined) extend(this, handler, details);
  }

  /** What it listens to. */
  get pattern(): string {
    return this.#keeper.pattern.source;
  }

  get kind(): SubscriptionKind {
    return this.#extras?.kind ?? 'handler';
  }

  get priority(): number {
    return this.#extras?.traits.priority ?? 0;
  }

  /** How many deliveries failed: the handler did, or the filter. */
  get failed(): number {
    return this.#extras?.failed ?? 0;
  }

  set failed(count: number) {
    extrasOf(this).failed = count;
  }

  /** How many events were not handed over because it was paused or its filter refused them. */
  get skipped(): number {
    return this.#extras?.skipped ?? 0;
  }

  set skipped(count: number) {
    extrasOf(this).skipped = count;
  }

  /** How many events its queue lost: it was full, or the subscription ended while they waited. */
  get dropped(): number {
    return this.#extras?.dropped ?? 0;
  }

  set dropped(count: number) {
    extrasOf(this).dropped = count;
  }

  /** How many events its full queue refused. */
  get refused(): number {
    return this.#extras?.refused ?? 0;
  }

  set refused(count: number) {
    extrasOf(this).refused = count;
  }

  /** @internal */
  get compiled(): Pattern {
    return this.#keeper.pattern;
  }

  /** @internal */
  get traits(): SubscriptionTraits {
    return this.#extras?.traits ?? NO_TRAITS;
  }

  /** @internal The path of its scope; undefined for the root. */
  get scope(): string | undefined {
    return this.#subscribed.scope.path;
  }

  /** @internal */
  get policy(): DeliveryPolicy | undefined {
    return this.#extras?.policy;
  }

  /** @internal */
  get weakHandler(): WeakRef<RawHandler> | undefined {
    return this.#extras?.weakHandler;
  }

  /** @internal Undefined for a weak one that was collected. */
  get currentHandler(): RawHandler | undefined {
    return this.handler ?? this.#extras?.weakHandler?.deref();
  }

  /** @internal Only handlers that declare a third parameter are given a context: making one costs. */
  get wantsContext(): boolean {
    return is(this, WANTS_CONTEXT);
  }

  /** @internal Its events go straight to its handler: it is neither guarded nor has it a queue. */
  get plain(): boolean {
    return !is(this, GUARDED | QUEUED);
  }

  /** @internal Something has to be asked before each delivery: pause, filter, once, weak. */
  get guarded(): boolean {
    return is(this, GUARDED);
  }

  /** @internal Until the application has started, its events wait. */
  get held(): boolean {
    return is(this, HELD);
  }

  set held(isHeld: boolean) {
    set(this, HELD, isHeld);
  }

  /** @internal A once-subscription that has had its event. */
  get spent(): boolean {
    return is(this, SPENT);
  }

  set spent(isSpent: boolean) {
    set(this, SPENT, isSpent);
  }

  /** @internal Where it stands in a list, or whether it repeats another, is not told by when and where it was made. */
  get isSpecial(): boolean {
    const { priority = 0, key } = this.traits;
    return priority !== 0 || key !== undefined;
  }

  /** @internal What makes two of one owner the same; undefined when it is never the same as another. */
  get identity(): unknown {
    return this.traits.key === false ? undefined : this.currentHandler;
  }

  /** Unique within the process, for `off(id)`. */
  get id(): string {
    return `sub-${this.sequence}`;
  }

  /** Who handles, for people: `Module/Class.method`, or the function's name. */
  get label(): string {
    const source = sourceOf(this.#subscribed.owner);
    const name = this.#extras?.name ?? nameOf(this.handler!);
    return source === undefined ? name : `${source}.${name}`;
  }

  /** False once it was unsubscribed, had its one event, was collected, or its bus or scope closed. */
  get active(): boolean {
    return !is(this, ENDED);
  }

  /** Its events don't reach it: because of {@link pause}, or because its handler kept failing. */
  get paused(): boolean {
    return is(this, PAUSED_BY_HAND) || this.#extras?.failurePause?.isPaused === true;
  }

  /** Ends it. An emit that is under way keeps the list with which it began. Answers whether there was something to end. */
  unsubscribe(): boolean {
    return this.#keeper.remove(this);
  }

  /**
   * From now on its events are skipped and counted (with a queue, they wait in it), until {@link resume}. Answers whether it was
   * running.
   */
  pause(): boolean {
    if (!this.active) return false;
    const wasPaused = this.paused;
    set(this, PAUSED_BY_HAND, true);
    this.#extras?.failurePause?.stop();
    update(this);
    return !wasPaused;
  }

  /** Ends a pause, be it by hand or by failures. Answers whether it was paused. */
  resume(): boolean {
    if (!this.paused || !this.active) return false;
    set(this, PAUSED_BY_HAND, false);
    this.#extras?.failurePause?.resume();
    update(this);
    return true;
  }

  /** What can be told of it, as plain data: also what `console.log` shows. */
  toJSON(): SubscriptionFigures {
    const { id, pattern, label, kind, priority, paused, delivered, skipped, failed, dropped, refused } = this;
    return {
      id,
      pattern,
      handler: label,
      source: sourceOf(this.#subscribed.owner),
      kind,
      priority,
      paused,
      pausedBy: paused ? (is(this, PAUSED_BY_HAND) ? 'hand' : 'failures') : undefined,
      failuresInARow: this.#extras?.failurePause?.failures,
      delivered,
      skipped,
      failed,
      dropped,
      refused,
      queue: this.#extras?.intake?.figures,
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
    return !is(this, PAUSED_BY_HAND) && this.#extras?.failurePause?.isOpen !== false;
  }

  /** @internal Called when it ends. Who waits for that, and then no longer does, deletes itself. */
  get ends(): Set<() => void> {
    return (extrasOf(this).ends ??= new Set());
  }

  /** @internal Weak, and its handler is gone. */
  get isCollected(): boolean {
    return this.currentHandler === undefined;
  }

  /** @internal */
  calls(handler: RawHandler): boolean {
    return this.currentHandler === handler;
  }

  /** @internal Called by the keeper once it is gone from there. */
  ended(): void {
    set(this, ENDED, true);
    const extras = this.#extras;
    if (extras === undefined) return;
    extras.failurePause?.stop();
    extras.intake?.end();
    extras.onEnd?.();
    for (const end of extras.ends ?? []) end();
  }
}

/** Gives it what its details ask for. */
function extend(
  subscription: Subscription,
  handler: RawHandler,
  { pauses, intake }: SubscriptionDetails<Subscription>,
): void {
  const extras = extrasOf(subscription);
  if (extras.kind !== 'handler') extras.name = extras.kind;
  if (extras.traits.weak === true) {
    extras.name ??= nameOf(handler);
    extras.weakHandler = new WeakRef(handler);
  }
  if (extras.policy?.pause !== undefined) {
    extras.failurePause = new FailurePause(extras.policy.pause, {
      paused: (figures, last) => pauses?.paused(subscription, figures, last),
      resumed: (by, event) => pauses?.resumed(subscription, by, event),
      changed: () => update(subscription),
    });
  }
  extras.intake = intake?.(subscription);
  update(subscription);
}

/** To be called when it may have been paused or resumed. */
function update(subscription: Subscription): void {
  const { traits, intake } = extrasOf(subscription);
  const asksNobody =
    traits.filter === undefined && traits.once !== true && subscription.handler !== undefined;
  set(subscription, GUARDED, !asksNobody || subscription.paused);
  set(subscription, QUEUED, intake !== undefined);
  if (subscription.takesDelivery()) intake?.wake();
}
