import type { RawHandler } from './raw-handler.js';
import type { Subscription } from './subscription.js';
import { positionOf, setPosition } from './subscription.js';
import { SubscriptionIndex } from './subscription-index.js';

/** Many subscriptions, in the order in which they came. One that comes or goes costs the same however many there are. */
export class Crowd {
  /** Who goes leaves a gap, so that the order and the positions of the others stay as they are. */
  readonly #list: (Subscription | undefined)[] = [];
  /** About 40 bytes for each: the price of finding out at once whether a handler is there already. */
  readonly #byHandler = new SubscriptionIndex<RawHandler>(new WeakMap());
  #byKey = new SubscriptionIndex<string>(new Map());
  #size = 0;
  #special = 0;

  constructor(subscriptions: readonly Subscription[]) {
    for (const subscription of subscriptions) this.add(subscription);
  }

  get size(): number {
    return this.#size;
  }

  /** Whether none of them is special. Counted, since to ask ten thousand takes as long as to call them. */
  get areOrdinary(): boolean {
    return this.#special === 0;
  }

  /** A copy without the gaps. */
  list(): Subscription[] {
    const list = this.#list.slice();
    closeGaps(list);
    return list as Subscription[];
  }

  /** Those with that key; with none, those of the handler. */
  alike(handler: RawHandler, key: string | undefined): Iterable<Subscription> {
    return key === undefined ? this.#byHandler.of(handler) : this.#byKey.of(key);
  }

  add(subscription: Subscription): void {
    setPosition(subscription, this.#list.push(subscription) - 1);
    this.#size++;
    if (subscription.isSpecial) this.#special++;
    const { currentHandler } = subscription;
    if (currentHandler !== undefined) this.#byHandler.add(currentHandler, subscription);
    this.#addKey(subscription);
  }

  remove(subscription: Subscription): void {
    this.#list[positionOf(subscription)] = undefined;
    this.#size--;
    if (subscription.isSpecial) this.#special--;
    const { currentHandler } = subscription;
    const { key } = subscription.traits;
    if (currentHandler !== undefined) this.#byHandler.remove(currentHandler, subscription);
    if (typeof key === 'string') this.#byKey.remove(key, subscription);
    // As many gaps as subscriptions: to close them costs each of those who left one the same.
    if (this.#list.length > 2 * this.#size) this.#tidyUp();
  }

  #tidyUp(): void {
    const first = closeGaps(this.#list);
    this.#byKey = new SubscriptionIndex(new Map());
    for (const [position, subscription] of this.#list.entries()) {
      if (position >= first) setPosition(subscription!, position);
      this.#addKey(subscription!);
    }
  }

  #addKey(subscription: Subscription): void {
    const { key } = subscription.traits;
    if (typeof key === 'string') this.#byKey.add(key, subscription);
  }
}

/** Answers where the first gap was. */
function closeGaps(list: (Subscription | undefined)[]): number {
  const first = list.indexOf(undefined);
  if (first === -1) return list.length;
  let size = first;
  for (let at = first + 1; at < list.length; at++) {
    const subscription = list[at];
    if (subscription !== undefined) list[size++] = subscription;
  }
  list.length = size;
  return first;
}
