const INITIAL = 16;

/** A queue of at most `capacity` items that grows as it fills, in O(1) at both ends (`Array.shift` is O(n)). */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#size;
  }

  /** Appends an item. When full, the oldest leaves first and is returned. */
  push(item: T): T | undefined {
    const left = this.#size === this.capacity ? this.shift() : undefined;
    if (this.capacity === 0) return item;
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) % this.#slots.length] = item;
    this.#size++;
    return left;
  }

  /** Removes and returns the oldest. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#slots.length;
    this.#size--;
    return item;
  }

  /** Puts something else in the place of each item. */
  map(change: (item: T) => T): void {
    for (let at = 0; at < this.#size; at++) {
      const slot = (this.#head + at) % this.#slots.length;
      this.#slots[slot] = change(this.#slots[slot] as T);
    }
  }

  clear(): void {
    this.#slots = [];
    this.#head = 0;
    this.#size = 0;
  }

  /** From the newest to the oldest. */
  *newestFirst(): Generator<T> {
    for (let back = this.#size - 1; back >= 0; back--) {
      yield this.#slots[(this.#head + back) % this.#slots.length] as T;
    }
  }

  #grow(): void {
    const grown = new Array<T | undefined>(
      Math.min(this.capacity, Math.max(INITIAL, this.#slots.length * 2)),
    );
    for (let at = 0; at < this.#size; at++) grown[at] = this.#slots[(this.#head + at) % this.#slots.length];
    this.#slots = grown;
    this.#head = 0;
  }
}
