import { InvalidArgumentError, RootEventBus } from '../core/index.js';
import type { Emitter } from './emitter.js';

/** How many pairs of emitter and topic are remembered: topics made of ids must not grow memory. */
const MAX_SEEN = 10_000;

/** Remembers who emitted which topic, for a catalogue of an app that declares it nowhere. */
export class SeenEmitters {
  readonly #seen = new Map<string, Emitter>();
  readonly #stop: () => void;

  /** @throws InvalidArgumentError */
  constructor(bus: RootEventBus) {
    if (!(bus instanceof RootEventBus)) {
      throw new InvalidArgumentError(
        'bus',
        bus,
        'SeenEmitters needs the whole bus: "app.get(RootEventBus)".',
      );
    }
    this.#stop = bus.observe({
      emitted: ({ topic, source }) => {
        if (source === undefined || this.#seen.size >= MAX_SEEN) return;
        this.#seen.set(`${topic} ${source}`, { emitter: source, pattern: topic, seen: true });
      },
    });
  }

  /** Whoever emitted so far; who has no name is left out. */
  list(): readonly Emitter[] {
    return [...this.#seen.values()];
  }

  /** Ends the watching; what was seen stays. */
  stop(): void {
    this.#stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
