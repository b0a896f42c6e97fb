import type { EventDefinition } from '../event/definition.js';
import type { Pattern } from '../event/pattern.js';
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

/**
 * The routes of the topics that were emitted lately: at most `size`, so that topics made of ids don't leak. Two
 * generations stand in for an exact order of use: when the young one is full it becomes the old one, and what was not
 * asked for meanwhile is forgotten with the generation before.
 */
export class RouteCache {
  #young = new Map<string, Route>();
  #old = new Map<string, Route>();
  readonly #generation: number;

  /** @param size at least 2: one for each generation */
  constructor(size: number) {
    this.#generation = Math.floor(size / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(topic: string): Route | undefined {
    return this.#young.get(topic) ?? this.#rejuvenate(topic);
  }

  set(route: Route): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(route.topic, route);
  }

  delete(topic: string): void {
    this.#young.delete(topic);
    this.#old.delete(topic);
  }

  /** Forgets the routes that the pattern concerns, and no others. */
  invalidate(pattern: Pattern): void {
    if (pattern.exact) this.delete(pattern.source);
    else this.forget((topic) => pattern.matches(topic));
  }

  /** Forgets the routes of some topics. */
  forget(isMeant: (topic: string) => boolean): void {
    for (const generation of [this.#young, this.#old]) {
      for (const topic of generation.keys()) if (isMeant(topic)) generation.delete(topic);
    }
  }

  #rejuvenate(topic: string): Route | undefined {
    const route = this.#old.get(topic);
    if (route === undefined) return undefined;
    this.#old.delete(topic);
    this.set(route);
    return route;
  }
}
