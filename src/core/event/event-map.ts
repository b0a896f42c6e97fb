import type { EventDefinition } from './definition.js';
import type { PermissionDenied } from '../rights/denial.js';
import type { BusEvent } from './event.js';
import type { HandlerFailed } from './handler-failed.js';
import type { LifecycleEvents } from './lifecycle-events.js';
import type { SubscriptionPaused, SubscriptionResumed } from './subscription-paused.js';

/**
 * The topics of an application with the types of their data. Applications and libraries add their own:
 *
 * ```ts
 * declare module 'nestjs-event-bus' {
 *   interface EventMap {
 *     'order:placed': Order;
 *     'order:cleared': void;
 *   }
 * }
 * ```
 *
 * In a domain that the map knows (here `order`), other topics and other data don't compile. In other domains any topic goes,
 * and handlers get `any`.
 */
export interface EventMap {}

/** The bus's own events. They are typed, but leave the domain `system` open to topics of the application. */
export interface SystemEvents extends LifecycleEvents {
  /** A delivery failed: its handler, or its filter. */
  'system:handler_failed': HandlerFailed;
  /** An owner may not emit a topic, or not hear a pattern: the first time. */
  'system:permission_denied': PermissionDenied;
  /** A handler that kept failing was paused, or its trial failed. */
  'system:subscription_paused': SubscriptionPaused;
  /** Such a pause has ended. */
  'system:subscription_resumed': SubscriptionResumed;
}

/** What a method takes for a topic or a pattern: the text, or the definition of an event. */
export type TopicLike = string | EventDefinition;

/** The constraint of a type parameter for a topic or a pattern: accepts every text, and lets editors offer the known topics. */
export type TopicHint<Events> = KnownTopic<Events> | (string & {}) | EventDefinition;

/** `P` itself if it hears a known topic or its domain is open; else the topics of its domain, for the compiler to name. */
export type PatternArgument<Events, P extends TopicLike> = P extends TopicLike
  ? PatternFault<Events, P> extends infer Fault extends string
    ? [Fault] extends [never]
      ? P
      : Fault
    : never
  : never;

/** `T` itself if it may be emitted; else the topics of its domain, or `TopicWithoutWildcards`, for the compiler to name. */
export type TopicArgument<Events, T extends TopicLike> = T extends TopicLike
  ? TopicFault<Events, T> extends infer Fault extends string
    ? [Fault] extends [never]
      ? T
      : Fault
    : never
  : never;

/**
 * The known topics that a pattern hears; `string` where it may hear topics of domains that the map doesn't know. A pattern that
 * has both `*` and `**` may be credited with too many.
 */
export type TopicsFor<Events, P extends string> =
  P extends KnownTopic<Events>
    ? P
    : DomainOf<P> extends infer Domain extends KnownDomain<Events>
      ? Heard<TopicsIn<Events, Domain> | keyof SystemEvents, P>
      : string;

/** The data that handlers of a pattern get: a union, or `any` where it may hear topics of domains that the map doesn't know. */
export type DataFor<Events, P extends TopicLike> = (
  P extends EventDefinition<infer Topic, unknown, infer Output>
    ? unknown extends Output
      ? DataByTopic<Events, TopicsFor<Events, Topic>>
      : Output
    : DataByTopic<Events, TopicsFor<Events, P & string>>
) extends infer Data
  ? Data
  : never;

/** The data to emit with a topic: `any` in domains that the map doesn't know. */
export type DataOf<Events, T extends TopicLike> = (
  T extends EventDefinition<infer Topic, infer Input, unknown>
    ? unknown extends Input
      ? DataByTopic<Events, TopicsFor<Events, Topic>>
      : Input
    : DataByTopic<Events, TopicsFor<Events, T & string>>
) extends infer Data
  ? Data
  : never;

/** What follows the topic in `emit`: the data can be left out where it may be undefined, or where `as never` switches checking off. */
export type EmitArguments<Events, T extends TopicLike, Options> = [T] extends [never]
  ? [data?: unknown, options?: Options]
  : undefined extends DataOf<Events, T>
    ? [data?: DataOf<Events, T>, options?: Options]
    : [data: DataOf<Events, T>, options?: Options];

/**
 * A decorator for methods that handle the patterns: up to three parameters, of the types that a handler gets, or wider ones. The
 * method's type is compared as that of a function, since methods would be allowed narrower parameters.
 */
export interface OnEventMethod<Events, P extends TopicLike, Context> {
  <
    Method extends (
      data: DataFor<Events, P>,
      event: BusEvent<DataFor<Events, P>>,
      context: Context,
    ) => unknown,
  >(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void;
  /** Nobody's call: without it, Nest's `applyDecorators` would not accept the decorator. */
  (target: object): void;
}

/*
 * What is slow for the compiler in a map of a thousand topics, and avoided here: inferring type arguments from the data,
 * through the map, where it looks into both branches of a conditional type (hence `X extends infer Y ? Y : never`, whose
 * branches are empty to it); and listing the keys of a map again and again (hence the conditions in `KnownTopic` and
 * `KnownDomain`: what a conditional type comes to is cached).
 */
type AllEvents<Events> = Events & SystemEvents;
type KnownTopic<Events> = Events extends unknown ? keyof AllEvents<Events> & string : never;

/** The topics that the map itself knows, by domain. */
type ByDomain<Events> = { [T in keyof Events & string as DomainOf<T>]: T };
type KnownDomain<Events> = Events extends unknown ? keyof ByDomain<Events> : never;
type TopicsIn<Events, Domain> = Domain extends keyof ByDomain<Events> ? ByDomain<Events>[Domain] : never;

type DomainOf<T extends string> = T extends `${infer Head}:${string}` ? BeforeDot<Head> : BeforeDot<T>;
type BeforeDot<T extends string> = T extends `${infer Head}.${string}` ? Head : T;

/** `never` for a pattern that may be listened to. */
type PatternFault<Events, P> =
  P extends KnownTopic<Events>
    ? never
    : P extends string
      ? [TopicsFor<Events, P>] extends [never]
        ? TopicsIn<Events, DomainOf<P>>
        : never
      : never;

/** Nothing has this type; its name is what the compiler says of a wildcard in `emit`. A literal would be offered by editors. */
type TopicWithoutWildcards = string & { readonly wildcards: 'none' };

/** `never` for a topic that may be emitted. */
type TopicFault<Events, T> =
  T extends KnownTopic<Events>
    ? never
    : T extends `${string}*${string}`
      ? TopicWithoutWildcards
      : PatternFault<Events, T>;

// oxlint-disable-next-line typescript/no-explicit-any -- what handlers get for topics that nobody described
type DataByTopic<Events, T> = T extends KnownTopic<Events> ? AllEvents<Events>[T] : any;

/*
 * Matching. Recursion over the topics would take the compiler many seconds for a large map, so a pattern becomes templates:
 * each wildcard `${string}`, which also spans separators. That is what `**` means; for `*`, the templates with a separator in
 * place of one star tell which topics have to go again. A `**` that hears nothing disappears with its separator.
 */
type Heard<T, P extends string> =
  Exclude<Extract<T, Stars<WithoutSpans<P>>>, OverSeparators<WithoutSpans<P>>> | Extract<T, WithSpans<P>>;

/** `a:*.c` → `a:${string}.c` */
type Stars<P extends string> = P extends `${infer Head}*${infer Tail}` ? `${Head}${string}${Stars<Tail>}` : P;

/** `a:*` → `a:${string}:${string}` and `a:${string}.${string}` */
type OverSeparators<P extends string, Before extends string = ''> = P extends `${infer Head}*${infer Tail}`
  ? | `${Before}${Head}${string}${':' | '.'}${string}${Stars<Tail>}`
    | OverSeparators<Tail, `${Before}${Head}${string}`>
  : never;

/** `a:**.b` → `a.b` */
type WithoutSpans<P extends string> = P extends `${infer Head}**${infer Tail}`
  ? `${WithoutSeparator<Head>}${WithoutSpans<Tail>}`
  : P;

/** `a:**.b` → `a:${string}.b`; never without `**`. Of several `**`, at least one spans something. */
type WithSpans<P extends string> = P extends `${infer Head}**${infer Tail}`
  ? | `${Stars<Head>}${string}${Stars<WithoutSpans<Tail>> | WithSpans<Tail>}`
    | `${Stars<WithoutSeparator<Head>>}${WithSpans<Tail>}`
  : never;

type WithoutSeparator<Head extends string> = Head extends `${infer Rest}${':' | '.'}` ? Rest : Head;
