import type { Subscription } from './subscription.js';
import { positionOf, setPosition } from './subscription.js';

/** Many subscriptions, in the order in which they came. One that comes or goes costs the same however many there are. */
export class Crowd {
  /** Who goes leaves a gap, so that the order and the positions of the others stay as they are. */
  readonly #list: (Subscription | undefined)[] = [];
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

  add(subscription: Subscription): void {
    setPosition(subscription, this.#list.push(subscription) - 1);
    this.#size++;
    if (subscription.isSpecial) this.#special++;
  }

  remove(subscription: Subscription): void {
    this.#list[positionOf(subscription)] = undefined;
    this.#size--;
    if (subscription.isSpecial) this.#special--;
    if (this.#list.length <= 2 * this.#size) return;
    // As many gaps as subscriptions: that is a constant cost for each of those who left one.
    const first = closeGaps(this.#list);
    for (let position = first; position < this.#size; position++)
      setPosition(this.#list[position]!, position);
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
