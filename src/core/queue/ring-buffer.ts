/** A power of two, as every number of slots. */
const INITIAL = 16;

/** A queue that grows as it fills, in O(1) at both ends (`Array.shift` is O(n)). It is bounded by whoever fills it. */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Appends an item. */
  push(item: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[this.#slotOf(this.#size)] = item;
    this.#size++;
  }

  /** Removes and returns the oldest. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = this.#slotOf(1);
    this.#size--;
    return item;
  }

  clear(): void {
    this.#slots = [];
    this.#head = 0;
    this.#size = 0;
  }

  /** Where the item stands before which there are so many. */
  #slotOf(at: number): number {
    return (this.#head + at) & (this.#slots.length - 1);
  }

  #grow(): void {
    const grown = new Array<T | undefined>(Math.max(INITIAL, this.#slots.length * 2));
    for (let at = 0; at < this.#size; at++) grown[at] = this.#slots[this.#slotOf(at)];
    this.#slots = grown;
    this.#head = 0;
  }
}
