import type { BusEvent } from '../event/event.js';
import type { Linked } from './linked-list.js';
import { LinkedList } from './linked-list.js';
import type { EmitReport } from '../publish/report.js';
import { whenAborted } from '../when-aborted.js';

/** An event whose `emitAsync` waits for room in a queue. */
interface Outsider extends Linked<Outsider> {
  readonly event: BusEvent;
  readonly key: unknown;
  readonly report: EmitReport;
  /** Ends the waiting of its `emitAsync`. */
  leave: () => void;
}

/** Those who wait for room in a queue, in order of arrival. One that is aborted steps out of the line. */
export class WaitingLine {
  readonly #line = new LinkedList<Outsider>();

  get size(): number {
    return this.#line.size;
  }

  /**
   * @param onAborted called when the signal of its `emitAsync` was aborted while it waited
   * @returns a promise that resolves when the waiting has ended, either way
   */
  add(event: BusEvent, key: unknown, report: EmitReport, onAborted: () => void): Promise<void> {
    return new Promise((resolve) => {
      const outsider: Outsider = {
        event,
        key,
        report,
        previous: undefined,
        next: undefined,
        leave: resolve,
      };
      this.#line.append(outsider);
      if (report.signal === undefined) return;
      const forget = whenAborted(report.signal, () => {
        this.#remove(outsider);
        onAborted();
      });
      outsider.leave = () => {
        forget();
        resolve();
      };
    });
  }

  /** Removes and returns the first, whose waiting ends. */
  shift(): Omit<Outsider, 'leave'> | undefined {
    const { first } = this.#line;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  /** Sends everybody away. Answers how many there were. */
  clear(): number {
    const { size } = this;
    while (this.shift() !== undefined);
    return size;
  }

  #remove(outsider: Outsider): void {
    this.#line.remove(outsider);
    outsider.leave();
  }
}
