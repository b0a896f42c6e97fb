import type { Backlog } from './backlog.js';
import type { BusEvent } from '../event/event.js';
import type { Linked } from './linked-list.js';
import { LinkedList } from './linked-list.js';

interface Waiting extends Linked<Waiting> {
  readonly event: BusEvent;
  readonly key: unknown;
  /** Where it is parked, if it is. */
  lane: Lane | undefined;
  nextInLane: Waiting | undefined;
}

/** The events of one key that were passed over because one of theirs is being delivered. */
export class Lane {
  /** @internal */
  first: Waiting | undefined;
  /** @internal */
  last: Waiting | undefined;

  constructor(/** @internal */ readonly key: unknown) {}
}

/**
 * Events of which those with the same key are delivered one after another. All stand in one line, in order of arrival. A
 * cursor goes along it: what it finds with a busy key is parked in that key's lane, so each event is passed over once. There are
 * lanes only for keys that are busy or have events parked, so no more than deliveries at a time.
 */
export class Lanes implements Backlog<Lane> {
  readonly #line = new LinkedList<Waiting>();
  /** The first that is not parked; all before it are. */
  #cursor: Waiting | undefined;
  readonly #lanes = new Map<unknown, Lane>();
  /** Lanes that are no longer busy, in the order in which they became free, for the events parked in them. */
  readonly #free: Lane[] = [];
  #taken!: Lane;

  get size(): number {
    return this.#line.size;
  }

  get taken(): Lane {
    return this.#taken;
  }

  push(event: BusEvent, key: unknown): void {
    const waiting = {
      event,
      key,
      lane: undefined,
      nextInLane: undefined,
      previous: undefined,
      next: undefined,
    };
    this.#line.append(waiting);
    this.#cursor ??= waiting;
  }

  ready(): boolean {
    return this.#freeLane() !== undefined || this.#atCursor() !== undefined;
  }

  take(): BusEvent {
    let lane = this.#freeLane();
    let waiting: Waiting;
    if (lane !== undefined) {
      this.#free.shift();
      waiting = this.#unpark(lane);
    } else {
      waiting = this.#atCursor()!;
      this.#cursor = waiting.next;
      lane = new Lane(waiting.key);
      this.#lanes.set(waiting.key, lane);
    }
    this.#line.remove(waiting);
    this.#taken = lane;
    return waiting.event;
  }

  release(lane: Lane): void {
    this.#free.push(lane);
    this.#freeLane();
  }

  dropOldest(): BusEvent | undefined {
    const oldest = this.#line.first;
    if (oldest === undefined) return undefined;
    if (oldest.lane !== undefined) this.#unpark(oldest.lane);
    else this.#cursor = oldest.next;
    this.#line.remove(oldest);
    return oldest.event;
  }

  clear(): void {
    while (this.dropOldest() !== undefined);
    this.#freeLane();
  }

  /** The first free lane with events; those without are forgotten. */
  #freeLane(): Lane | undefined {
    for (let lane = this.#free[0]; lane !== undefined; lane = this.#free[0]) {
      if (lane.first !== undefined) return lane;
      this.#free.shift();
      this.#lanes.delete(lane.key);
    }
    return undefined;
  }

  /** The first event whose key is not busy, where no lane is free: those before it are parked. */
  #atCursor(): Waiting | undefined {
    for (; this.#cursor !== undefined; this.#cursor = this.#cursor.next) {
      const lane = this.#lanes.get(this.#cursor.key);
      if (lane === undefined) return this.#cursor;
      park(this.#cursor, lane);
    }
    return undefined;
  }

  #unpark(lane: Lane): Waiting {
    const first = lane.first!;
    lane.first = first.nextInLane;
    return first;
  }
}

function park(waiting: Waiting, lane: Lane): void {
  waiting.lane = lane;
  if (lane.first === undefined) lane.first = waiting;
  else lane.last!.nextInLane = waiting;
  lane.last = waiting;
}
