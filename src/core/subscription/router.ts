import type { EventDefinition } from '../event/definition.js';
import type { Owner } from '../owner.js';
import type { Pattern } from '../event/pattern.js';
import { fold, nearMissOf } from '../event/pattern.js';
import type { Route } from './route-cache.js';
import { RouteCache } from './route-cache.js';
import type { Subscription } from './subscription.js';
import { ownerOf } from './subscription.js';
import { assertTopic } from '../event/topic.js';

/** The subscriptions of one wildcard pattern. */
interface PatternEntry {
  readonly pattern: Pattern;
  readonly subscriptions: Set<Subscription>;
  /** Made when first asked, since it costs a compilation. */
  isNearMiss: ReturnType<typeof nearMissOf> | undefined;
  warned: boolean;
}

const NONE: ReadonlySet<Subscription> = new Set();

export interface RouterOptions {
  readonly cacheSize: number;
  readonly definitionOf: (topic: string) => EventDefinition | undefined;
  /** Whether the topic's last event is kept. */
  readonly retains: (topic: string) => boolean;
  /** Told once a pattern that a topic only nearly matches. */
  readonly onNearMiss: (pattern: string, topic: string) => void;
  readonly onRemoved: (subscription: Subscription) => void;
}

/** The subscriptions of one scope, and who of them hears which topic. */
export class Router {
  readonly #exact = new Map<string, Set<Subscription>>();
  readonly #patterns = new Map<string, PatternEntry>();
  /** The exact topics with subscriptions of which {@link RouterOptions.onNearMiss} was told. */
  readonly #warned = new Set<string>();
  readonly #cache: RouteCache;
  #size = 0;
  #built = 0;
  /** Counts changes: as long as it is the same, so are the routes. */
  revision = 0;

  constructor(private readonly options: RouterOptions) {
    this.#cache = new RouteCache(options.cacheSize);
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#size;
  }

  /** How many routes are kept ready now, and how many were resolved in all. */
  get routes(): { readonly cached: number; readonly resolved: number } {
    return { cached: this.#cache.size, resolved: this.#built };
  }

  /** Who hears the topic, if that has been asked lately. */
  known(topic: string): Route | undefined {
    return this.#cache.get(topic);
  }

  /** Who hears the topic. @throws InvalidTopicError (a topic with a route is a valid one, so it is checked once) */
  route(topic: string): Route {
    return this.#cache.get(topic) ?? this.#build(topic);
  }

  /** Those with exactly this pattern. */
  subscribersTo(pattern: string): ReadonlySet<Subscription> {
    return this.#exact.get(pattern) ?? this.#patterns.get(pattern)?.subscriptions ?? NONE;
  }

  add(subscription: Subscription): void {
    const { compiled, kind } = subscription;
    const subscriptions = this.#setOf(compiled);
    subscriptions.add(subscription);
    this.#size++;
    this.revision++;
    this.#cache.invalidate(compiled);
    // What is resolved anew at its next emit is warned of then. Waits and streams come and go too often to be searched for.
    if (subscriptions.size === 1 && kind === 'handler') this.#forgetNearMisses(compiled);
  }

  remove(subscription: Subscription): boolean {
    const { exact, source } = subscription.compiled;
    const set = exact ? this.#exact.get(source) : this.#patterns.get(source)?.subscriptions;
    if (set?.delete(subscription) !== true) return false;
    if (set.size === 0) {
      (exact ? this.#exact : this.#patterns).delete(source);
      this.#warned.delete(source);
    }
    this.#size--;
    this.revision++;
    this.#cache.invalidate(subscription.compiled);
    subscription.ended();
    this.options.onRemoved(subscription);
    return true;
  }

  /** To be called when the topic's definition has changed. */
  forget(topic: string): void {
    this.revision++;
    this.#cache.delete(topic);
  }

  *[Symbol.iterator](): Generator<Subscription> {
    for (const set of this.#exact.values()) yield* set;
    for (const { subscriptions } of this.#patterns.values()) yield* subscriptions;
  }

  #setOf(pattern: Pattern): Set<Subscription> {
    if (pattern.exact) return getOrAdd(this.#exact, pattern.source, () => new Set());
    const entry = (): PatternEntry => ({
      pattern,
      subscriptions: new Set(),
      isNearMiss: undefined,
      warned: false,
    });
    return getOrAdd(this.#patterns, pattern.source, entry).subscriptions;
  }

  #build(topic: string): Route {
    assertTopic(topic);
    this.#built++;
    const found = [...(this.#exact.get(topic) ?? [])];
    const exact = found.length;
    const missed: PatternEntry[] = [];
    for (const entry of this.#patterns.values()) {
      if (entry.pattern.matches(topic))
        for (const subscription of entry.subscriptions) found.push(subscription);
      else if (!entry.warned) missed.push(entry);
    }
    const mixed = found.length > exact;
    if (mixed || found.some(({ priority }) => priority !== 0)) found.sort(inOrderOfDelivery);
    const definition = this.options.definitionOf(topic);
    const route: Route = {
      topic,
      subscriptions: found,
      repeats: (mixed || found.some(({ traits }) => traits.key !== undefined)) && hasRepeats(found),
      definition,
      retain: this.options.retains(topic),
      allowed: undefined,
    };
    this.#cache.set(route);
    // Last of all: whoever is told may subscribe, and that must find the route to forget it.
    if (missed.length > 0) this.#warnOfNearMisses(missed, topic);
    if (found.length === 0) this.#warnOfOtherSeparators(topic);
    return route;
  }

  /** Topics that were emitted before, and that a new pattern nearly hears. */
  #forgetNearMisses(pattern: Pattern): void {
    if (pattern.exact) {
      for (const topic of withOtherSeparators(pattern.source)) this.#cache.delete(topic);
    } else {
      const isNearMiss = nearMissOf(pattern);
      this.#cache.forget((topic) => isNearMiss(topic, fold(topic)));
    }
  }

  #warnOfNearMisses(missed: readonly PatternEntry[], topic: string): void {
    const folded = fold(topic);
    for (const entry of missed) {
      if (entry.warned) continue;
      entry.isNearMiss ??= nearMissOf(entry.pattern);
      if (!entry.isNearMiss(topic, folded)) continue;
      entry.warned = true;
      this.options.onNearMiss(entry.pattern.source, topic);
    }
  }

  /** `order.placed` is emitted and nobody hears it, but somebody listens to `order:placed`. */
  #warnOfOtherSeparators(topic: string): void {
    for (const other of withOtherSeparators(topic)) {
      if (!this.#exact.has(other) || this.#warned.has(other)) continue;
      this.#warned.add(other);
      this.options.onNearMiss(other, topic);
    }
  }
}

/** `a.b.c` and `a:b:c` for `a:b.c`, but never the topic itself. */
function withOtherSeparators(topic: string): string[] {
  return [topic.replaceAll('.', ':'), topic.replaceAll(':', '.')].filter((other) => other !== topic);
}

export function inOrderOfDelivery(a: Subscription, b: Subscription): number {
  return b.priority - a.priority || a.sequence - b.sequence;
}

/** Whether the list has two that are the same, so that one event must not be delivered to both. */
export function hasRepeats(subscriptions: readonly Subscription[]): boolean {
  const owners = new Map<unknown, Set<Owner>>();
  return subscriptions.some((subscription) => {
    const { identity } = subscription;
    if (identity === undefined) return false;
    const known = getOrAdd(owners, identity, () => new Set<Owner>());
    return known.size === known.add(ownerOf(subscription)).size;
  });
}

/** Whether the two are the same handler of the same owner, so that one event is delivered to one of them. */
export function isSame(one: Subscription, other: Subscription): boolean {
  if (one === other) return true;
  return one.identity !== undefined && one.identity === other.identity && ownerOf(one) === ownerOf(other);
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
