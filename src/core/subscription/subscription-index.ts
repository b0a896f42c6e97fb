import type { Subscription } from './subscription.js';

type Entry = Subscription | Set<Subscription> | undefined;

/** Finds subscriptions by something that most have for themselves, such as their handler. */
export class SubscriptionIndex<Key> {
  /**
   * Who goes leaves its key behind, with nothing: a Map from which one key is deleted and to which it is added over and over gets slower
   * with its size (20 µs a time at 10,000).
   *
   * @param entries a WeakMap, or a Map that doesn't live for long
   */
  constructor(
    private readonly entries: {
      get(key: Key): Entry;
      set(key: Key, entry: Entry): unknown;
    },
  ) {}

  add(key: Key, subscription: Subscription): void {
    const known = this.entries.get(key);
    if (known === undefined) this.entries.set(key, subscription);
    else if (known instanceof Set) known.add(subscription);
    else this.entries.set(key, new Set([known, subscription]));
  }

  remove(key: Key, subscription: Subscription): void {
    const known = this.entries.get(key);
    if (known instanceof Set) known.delete(subscription);
    else if (known === subscription) this.entries.set(key, undefined);
  }

  of(key: Key): Iterable<Subscription> {
    const known = this.entries.get(key);
    return known instanceof Set ? known : known === undefined ? [] : [known];
  }
}
