import type { CanActivate, ExceptionFilter, NestInterceptor, PipeTransform, Type } from '@nestjs/common';
import { type ContextId, ContextIdFactory } from '@nestjs/core';
import type { ScopedInjector } from './scoped-injector.js';
import { isSingleton, type ModuleHost, type Slot, slotOf } from './wrappers.js';

/** What stands around a handler, in the order in which Nest asks: those of the class before the method's, but for filters. */
export interface Enhancers {
  readonly guards: readonly CanActivate[];
  readonly interceptors: readonly NestInterceptor[];
  readonly pipes: readonly PipeTransform[];
  readonly filters: readonly ExceptionFilter[];
}

type Place = keyof Enhancers;

/** Where a decorator leaves what it was given, what Nest calls one of these, and the method that makes it one. */
const KINDS = {
  guards: { key: '__guards__', kind: 'guard', method: 'canActivate' },
  interceptors: { key: '__interceptors__', kind: 'interceptor', method: 'intercept' },
  pipes: { key: '__pipes__', kind: 'pipe', method: 'transform' },
  filters: { key: '__exceptionFilters__', kind: 'filter', method: 'catch' },
} as const;

/** The classes and objects that the decorators were given. */
export type DeclaredEnhancers = Readonly<Record<Place, readonly unknown[]>>;

const KEYS = new Set<unknown>(Object.values(KINDS).map(({ key }) => key));

/**
 * Whether enhancers are declared on a class, or on a function that is a method. At the start, every handler is asked: what is there
 * at all, but for what all functions inherit, takes 0.15 µs, and to ask for each kind 0.6.
 */
export function hasEnhancers(guise: object): boolean {
  for (
    let level: object | null = guise;
    level !== null && level !== Function.prototype;
    level = parentOf(level)
  ) {
    if (Reflect.getOwnMetadataKeys(level).some((key) => KEYS.has(key))) return true;
  }
  return false;
}

/** The class that a class extends. */
export function parentOf(level: object): object | null {
  return Object.getPrototypeOf(level) as object | null;
}

/**
 * What is declared on a class and on a method of it; undefined if nothing is. Each may have several guises: what another decorator
 * put in the place of the original has not its metadata, and to miss them would leave the handler open.
 */
export function declaredEnhancers(
  classes: readonly object[],
  methods: readonly object[],
): DeclaredEnhancers | undefined {
  const at = (place: Place): unknown[] => [...declaredOn(place, classes), ...declaredOn(place, methods)];
  const declared = {
    guards: at('guards'),
    interceptors: at('interceptors'),
    pipes: at('pipes'),
    filters: at('filters').toReversed(),
  };
  return Object.values(declared).some(({ length }) => length > 0) ? declared : undefined;
}

/** What guises have in common counts once. */
function declaredOn(place: Place, guises: readonly object[]): unknown[] {
  const declared: unknown[] = [];
  for (const guise of guises) {
    const own = (Reflect.getMetadata(KINDS[place].key, guise) as unknown[] | undefined) ?? [];
    declared.push(...own.filter((each) => !declared.includes(each)));
  }
  return declared;
}

/** One that serves every event, or where one is made for each. */
type Member = { readonly instance: unknown } | { readonly slot: Slot };

/** The enhancers of a handler, none of which is missing. */
export class EnhancerSet {
  private constructor(
    private readonly injector: ScopedInjector,
    private readonly members: Readonly<Record<Place, readonly Member[]>>,
  ) {}

  /**
   * @param module that of the handler's provider
   * @param fail makes the error for one that can't be had, which fails the start: without it, the handler would be open
   */
  static async resolve(
    declared: DeclaredEnhancers,
    module: ModuleHost,
    injector: ScopedInjector,
    fail: (reason: string, options?: ErrorOptions) => Error,
  ): Promise<EnhancerSet> {
    const at = async (place: Place): Promise<Member[]> => {
      const members: Member[] = [];
      for (const each of declared[place]) members.push(await resolve(place, each));
      return members;
    };
    const resolve = async (place: Place, each: unknown): Promise<Member> => {
      const { kind, method } = KINDS[place];
      const name = `its ${kind} ${nameOf(each)}`;
      const member = isClass(each)
        ? await memberOf(module, each, kind, injector).catch((error: unknown) => {
            throw fail(`${name} can’t be made: ${(error as Error).message}`, { cause: error });
          })
        : { instance: each };
      const example: unknown = 'instance' in member ? member.instance : (each as Type<object>).prototype;
      if (typeof (example as Record<string, unknown> | null)?.[method] !== 'function') {
        throw fail(`${name} has no method ${method}().`);
      }
      return member;
    };
    return new EnhancerSet(injector, {
      guards: await at('guards'),
      interceptors: await at('interceptors'),
      pipes: await at('pipes'),
      filters: await at('filters'),
    });
  }

  /** Those that are made for each event. */
  get scoped(): readonly Slot[] {
    const members = Object.values(this.members).flat();
    return members.flatMap((member) => ('slot' in member ? [member.slot] : []));
  }

  /** @param context where to make those that are made for each event; undefined if there are none @throws what their making throws */
  async in(context: ContextId | undefined): Promise<Enhancers> {
    const at = <T>(place: Place): Promise<T[]> =>
      Promise.all(this.members[place].map((member) => this.#instance(member, context) as T));
    return {
      guards: await at('guards'),
      interceptors: await at('interceptors'),
      pipes: await at('pipes'),
      filters: await at('filters'),
    };
  }

  #instance(member: Member, context: ContextId | undefined): unknown {
    if ('instance' in member) return member.instance;
    return this.injector.load(member.slot, context!);
  }
}

async function memberOf(
  module: ModuleHost,
  type: Type<unknown>,
  kind: (typeof KINDS)[Place]['kind'],
  injector: ScopedInjector,
): Promise<Member> {
  const wrapper = await injector.enhancer(module, type, kind);
  if (isSingleton(wrapper)) return { instance: wrapper.instance };
  const slot = slotOf(wrapper);
  if (!wrapper.isDependencyTreeStatic()) return { slot };
  // Transient: one for each handler.
  return { instance: await injector.load(slot, ContextIdFactory.create()) };
}

function isClass(value: unknown): value is Type<unknown> {
  return typeof value === 'function';
}

function nameOf(enhancer: unknown): string {
  if (isClass(enhancer)) return enhancer.name;
  const type = (enhancer as { readonly constructor?: Type<unknown> } | null)?.constructor;
  return type?.name ?? '(an object without a class)';
}
