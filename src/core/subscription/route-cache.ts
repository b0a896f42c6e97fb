import type { EventDefinition } from '../event/definition.js';
import type { Judge } from '../rights/permissions.js';
import type { Subscription } from './subscription.js';

/** Who hears a topic, resolved. Never changed, but for what is remembered in it: a change of subscriptions makes a new one. */
export interface Route {
  readonly topic: string;
  /** In the order of delivery. */
  readonly subscriptions: readonly Subscription[];
  /** Whether the list has subscriptions that are the same for one event: the same handler under two patterns. */
  readonly repeats: boolean;
  readonly definition: EventDefinition | undefined;
  /** Whether the topic's last event is kept. */
  readonly retain: boolean;
  /** Whoever was last found to let its owner emit the topic. */
  allowed: Judge | undefined;
}

export interface CachedRoute extends Route {
  /** Up to which change of patterns it is known to hold. */
  upTo: number;
}

/**
 * The routes of the topics that were emitted lately: at most `size`, so that topics made of ids don't leak. Two
 * generations stand in for an exact order of use: when the young one is full it becomes the old one, and what was not
 * asked for meanwhile is forgotten with the generation before.
 */
export class RouteCache {
  /**
   * A route that is forgotten leaves its topic behind, with nothing: a Map from which one key is deleted and to which it is added over
   * and over gets slower with its size (10 µs a time at 5,000 topics).
   */
  #young = new Map<string, CachedRoute | undefined>();
  #old = new Map<string, CachedRoute | undefined>();
  readonly #generation: number;

  /** @param size at least 2: one for each generation */
  constructor(size: number) {
    this.#generation = Math.floor(size / 2);
  }

  get size(): number {
    let size = 0;
    for (const routes of [this.#young, this.#old])
      for (const route of routes.values()) if (route !== undefined) size++;
    return size;
  }

  get(topic: string): CachedRoute | undefined {
    return this.#young.get(topic) ?? this.#rejuvenate(topic);
  }

  set(route: CachedRoute): void {
    if (this.#young.size >= this.#generation && !this.#young.has(route.topic)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(route.topic, route);
  }

  delete(topic: string): void {
    if (this.#young.has(topic)) this.#young.set(topic, undefined);
    if (this.#old.has(topic)) this.#old.set(topic, undefined);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  #rejuvenate(topic: string): CachedRoute | undefined {
    const route = this.#old.get(topic);
    if (route === undefined) return undefined;
    this.#old.delete(topic);
    this.set(route);
    return route;
  }
}
