/** The last `capacity` items that were added: once they are so many, each newcomer takes the place of the oldest. */
export class Latest<T> {
  #items: T[] = [];
  /** Where the oldest stands, once all places are taken. */
  #oldest = 0;

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    if (this.#items.length < this.capacity) return void this.#items.push(item);
    if (this.capacity === 0) return;
    this.#items[this.#oldest] = item;
    this.#oldest = this.#oldest + 1 === this.capacity ? 0 : this.#oldest + 1;
  }

  /** Puts something else in the place of each item. */
  map(change: (item: T) => T): void {
    this.#items = this.#items.map(change);
  }

  clear(): void {
    this.#items = [];
    this.#oldest = 0;
  }

  /** From the newest to the oldest. */
  *newestFirst(): Generator<T> {
    const { size } = this;
    for (let back = 1; back <= size; back++) {
      yield this.#items[(this.#oldest + size - back) % size]!;
    }
  }
}
