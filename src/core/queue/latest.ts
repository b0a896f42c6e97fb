import { RingBuffer } from './ring-buffer.js';

/** The last `capacity` items that were added: when they are so many, the oldest leaves first. */
export class Latest<T> extends RingBuffer<T> {
  constructor(readonly capacity: number) {
    super();
  }

  override push(item: T): void {
    if (this.capacity === 0) return;
    if (this.size === this.capacity) this.shift();
    super.push(item);
  }
}
