import type { Pattern } from '../event/pattern.js';
import { nearMissOf } from '../event/pattern.js';
import { Crowd } from './crowd.js';
import type { Owner } from '../owner.js';
import type { RawHandler } from './raw-handler.js';
import type { Subscription } from './subscription.js';
import { ownerOf } from './subscription.js';
import type { Keeper } from './subscription-setting.js';

/** More subscriptions than this to one pattern are a crowd. */
const CROWD = 32;
const NONE: readonly Subscription[] = [];

/** Where the subscriptions to one pattern in one scope stand, in the order in which they came. It may be vacant. */
export class Place implements Keeper<Subscription> {
  /** Each array is left as it is, so that a route can have it for its own. */
  #few = NONE;
  #crowd: Crowd | undefined;
  /** Whether a route to its topic, if it is one, may be cached: also one from before there was the place. */
  hasRoute = true;
  /** Whether somebody was told of a topic that nearly, but only nearly, matches. */
  warned = false;
  /** How many topics had been looked at when it was last known that none of them nearly matches; undefined if that isn't known. */
  comparedUpTo: number | undefined = undefined;
  #isNearMiss: ReturnType<typeof nearMissOf> | undefined;

  constructor(
    readonly pattern: Pattern,
    /** Told when one has left. */
    private readonly onLeft: (place: Place, subscription: Subscription) => void,
  ) {}

  get size(): number {
    return this.#crowd === undefined ? this.#few.length : this.#crowd.size;
  }

  /** Whether they are to be delivered to in the order in which they came, and none is the same as another. */
  get areOrdinary(): boolean {
    return this.#crowd === undefined
      ? !this.#few.some(({ isSpecial }) => isSpecial)
      : this.#crowd.areOrdinary;
  }

  /** As they are now. */
  get subscriptions(): readonly Subscription[] {
    return this.#crowd === undefined ? this.#few : this.#crowd.list();
  }

  /** The subscription that a new one would repeat: of the same owner, with the same key or, where neither has one, the same handler. */
  twinOf(owner: Owner, handler: RawHandler, key: string | undefined): Subscription | undefined {
    for (const one of this.#crowd === undefined ? this.#few : this.#crowd.alike(handler, key)) {
      const isTwin =
        key === undefined ? one.calls(handler) && one.traits.key === undefined : one.traits.key === key;
      if (isTwin && ownerOf(one) === owner) return one;
    }
    return undefined;
  }

  add(subscription: Subscription): void {
    if (this.#crowd !== undefined) this.#crowd.add(subscription);
    // Unlike a spread or `concat`, `toSpliced` makes an array of just that length: 72 bytes less for two, and twice as fast.
    else if (this.#few.length < CROWD)
      this.#few =
        this.#few.length === 0 ? [subscription] : this.#few.toSpliced(this.#few.length, 0, subscription);
    else {
      this.#crowd = new Crowd([...this.#few, subscription]);
      this.#few = NONE;
    }
  }

  remove(subscription: Subscription): boolean {
    if (!subscription.active) return false;
    if (this.#crowd === undefined)
      this.#few = this.#few.length === 1 ? NONE : this.#few.toSpliced(this.#few.indexOf(subscription), 1);
    else {
      this.#crowd.remove(subscription);
      // Much later than it became one, so that nobody who comes and goes makes a crowd each time.
      if (this.#crowd.size <= CROWD / 2) {
        this.#few = this.#crowd.list();
        this.#crowd = undefined;
      }
    }
    this.onLeft(this, subscription);
    return true;
  }

  /** Whether the topic would match if separators and case didn't count. @param folded the topic as `fold` gives it */
  isNearMiss(topic: string, folded: string): boolean {
    this.#isNearMiss ??= nearMissOf(this.pattern); // when first asked, since it costs a compilation
    return this.#isNearMiss(topic, folded);
  }
}
