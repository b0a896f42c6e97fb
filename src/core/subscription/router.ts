import type { EventDefinition } from '../event/definition.js';
import type { Pattern } from '../event/pattern.js';
import { NearMisses, withOtherSeparators } from './near-misses.js';
import { PatternChanges } from './pattern-changes.js';
import { PatternIndex } from './pattern-index.js';
import { Place } from './place.js';
import type { CachedRoute, Route } from './route-cache.js';
import { RouteCache } from './route-cache.js';
import type { Subscription } from './subscription.js';
import { keeperOf, ownerOf } from './subscription.js';
import { assertTopic } from '../event/topic.js';

/** So many vacant places are kept, and another for each that is occupied. */
const VACANT = 64;

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
  readonly #topics = new Map<string, Place>();
  readonly #patterns = new Map<string, Place>();
  readonly #index = new PatternIndex();
  readonly #changes = new PatternChanges();
  readonly #cache: RouteCache;
  readonly #nearMisses: NearMisses;
  #size = 0;
  #vacant = 0;
  #built = 0;
  /** Counts changes: as long as it is the same, so are the routes. */
  revision = 0;

  constructor(private readonly options: RouterOptions) {
    this.#cache = new RouteCache(options.cacheSize);
    this.#nearMisses = new NearMisses(this.#topics, options.onNearMiss);
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
    const route = this.#cache.get(topic);
    return route === undefined || route.upTo === this.#changes.count ? route : this.#upToDate(route);
  }

  /** Who hears the topic. @throws InvalidTopicError (a topic with a route is a valid one, so it is checked once) */
  route(topic: string): Route {
    return this.known(topic) ?? this.#build(topic);
  }

  /** Those with exactly this pattern. */
  subscribersTo(pattern: string): readonly Subscription[] {
    return this.placeOf(pattern)?.subscriptions ?? [];
  }

  /** The place of a pattern that somebody subscribed to before; lately, if nobody does now. */
  placeOf(pattern: string): Place | undefined {
    return this.#topics.get(pattern) ?? this.#patterns.get(pattern);
  }

  /** Where the subscriptions to a pattern stand. To be used at once: vacant places are cleared away some time. */
  place(pattern: Pattern): Place {
    return this.placeOf(pattern.source) ?? this.#newPlace(pattern);
  }

  add(place: Place, subscription: Subscription): void {
    place.add(subscription);
    this.#size++;
    const isHandler = subscription.kind === 'handler';
    if (place.size === 1) this.#vacant--;
    // The first handler counts, also where somebody waits already.
    else if (!isHandler || place.comparedUpTo !== undefined) return this.#changed(place, false);
    const nearly = this.#nearMisses.occupied(place, isHandler);
    this.#changed(place, nearly);
    // Patterns see to that when a topic is emitted the next time.
    if (!nearly || !place.pattern.exact) return;
    for (const topic of withOtherSeparators(place.pattern.source)) this.#cache.delete(topic);
  }

  /** To be called when the topic's definition has changed. */
  forget(topic: string): void {
    this.revision++;
    this.#cache.delete(topic);
  }

  *[Symbol.iterator](): Generator<Subscription> {
    for (const place of this.#topics.values()) yield* place.subscriptions;
    for (const place of this.#patterns.values()) yield* place.subscriptions;
  }

  #newPlace(pattern: Pattern): Place {
    this.#clearVacant();
    const place = new Place(pattern, this.#removed);
    this.#vacant++;
    if (pattern.exact) this.#topics.set(pattern.source, place);
    else {
      this.#patterns.set(pattern.source, place);
      this.#index.add(place);
    }
    return place;
  }

  readonly #removed = (place: Place, subscription: Subscription): void => {
    this.#size--;
    this.#changed(place, false);
    if (place.size === 0) {
      this.#vacant++;
      this.#nearMisses.vacated(place);
      this.#clearVacant();
    }
    subscription.ended();
    this.options.onRemoved(subscription);
  };

  /**
   * A place that was left stays until many are vacant: whoever comes back need not have the pattern compiled again, and a Map from which
   * one key is deleted and to which it is added over and over gets slower with its size (20 µs a time among 10,000 topics).
   */
  #clearVacant(): void {
    const occupied = this.#topics.size + this.#patterns.size - this.#vacant;
    if (this.#vacant <= VACANT + occupied) return;
    for (const places of [this.#topics, this.#patterns]) {
      for (const [source, place] of places) {
        if (place.size > 0) continue;
        places.delete(source);
        if (!place.pattern.exact) this.#index.delete(place);
      }
    }
    this.#vacant = 0;
  }

  /** @param nearly whether topics that the pattern nearly hears are concerned, too */
  #changed(place: Place, nearly: boolean): void {
    this.revision++;
    if (!place.pattern.exact) {
      if (this.#changes.add(place, nearly)) this.#cache.clear();
    } else if (place.hasRoute) {
      this.#cache.delete(place.pattern.source);
      place.hasRoute = false;
    }
  }

  /** The route itself, unless one of the patterns that changed since it was last asked for concerns it. */
  #upToDate(route: CachedRoute): Route | undefined {
    if (this.#changes.concern(route.topic, route.upTo)) return undefined;
    route.upTo = this.#changes.count;
    return route;
  }

  #build(topic: string): Route {
    assertTopic(topic);
    this.#built++;
    const place = this.#topics.get(topic);
    if (place !== undefined) place.hasRoute = true;
    const own = place?.subscriptions ?? [];
    const heard: Place[] = [];
    const missed: Place[] = [];
    for (const candidate of this.#index.candidates(topic)) {
      if (candidate.size > 0) (candidate.pattern.matches(topic) ? heard : missed).push(candidate);
    }
    const found = heard.length === 0 ? own : [...own, ...heard.flatMap(({ subscriptions }) => subscriptions)];
    const isPlain = heard.length === 0 && place?.areOrdinary !== false;
    const route: CachedRoute = {
      topic,
      subscriptions: isPlain ? found : found.toSorted(inOrderOfDelivery),
      repeats: !isPlain && hasRepeats(found),
      definition: this.options.definitionOf(topic),
      retain: this.options.retains(topic),
      allowed: undefined,
      upTo: this.#changes.count,
    };
    this.#cache.set(route);
    // Last of all: whoever is told may subscribe, and that must find the route to forget it.
    this.#nearMisses.look(topic, missed, found.length > 0);
    return route;
  }
}

export function inOrderOfDelivery(a: Subscription, b: Subscription): number {
  return b.priority - a.priority || a.sequence - b.sequence;
}

/**
 * Whether the list has two that are the same, so that one event must not be delivered to both. To one pattern the same handler is
 * subscribed twice only with a key, so it is enough to compare the others with all (a tenth of the time where thousands share a pattern).
 */
export function hasRepeats(subscriptions: readonly Subscription[]): boolean {
  const common = mostCommonKeeper(subscriptions);
  const isSuspect = (one: Subscription): boolean => keeperOf(one) !== common || one.traits.key !== undefined;
  const suspects = new Map<unknown, Subscription[]>();
  for (const one of subscriptions) {
    if (!isSuspect(one) || one.identity === undefined) continue;
    const others = suspects.get(one.identity);
    if (others === undefined) suspects.set(one.identity, [one]);
    else if (others.some((other) => isSame(one, other))) return true;
    else others.push(one);
  }
  if (suspects.size === 0) return false;
  return subscriptions.some(
    (one) => !isSuspect(one) && suspects.get(one.identity)?.some((other) => isSame(one, other)) === true,
  );
}

/** That of more than half of them; any, where there is none. */
function mostCommonKeeper(subscriptions: readonly Subscription[]): unknown {
  let keeper: unknown;
  let lead = 0;
  for (const one of subscriptions) {
    if (lead === 0) keeper = keeperOf(one);
    lead += keeperOf(one) === keeper ? 1 : -1;
  }
  return keeper;
}

/** Whether the two are the same handler of the same owner, so that one event is delivered to one of them. */
export function isSame(one: Subscription, other: Subscription): boolean {
  if (one === other) return true;
  return one.identity !== undefined && one.identity === other.identity && ownerOf(one) === ownerOf(other);
}
