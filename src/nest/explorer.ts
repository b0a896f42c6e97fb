import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { type HandlerDeclaration, handlersOf } from './handler-declaration.js';
import {
  classOf,
  type Collection,
  instanceOf,
  isInstantiated,
  isSingleton,
  type ModuleHost,
  promisedClass,
  prototypeOf,
  slotOf,
  type Wrapper,
} from './wrappers.js';

/** The provider or controller that an object belongs to. */
export interface Holder {
  readonly wrapper: Wrapper;
  /** The name of its module; undefined when several modules hold the object and none of them made it. */
  readonly module: string | undefined;
}

/** An object with handlers, or a provider of objects with handlers. */
export interface HandlerHost extends Holder {
  /** Undefined where there is none before an event comes: the provider is request-scoped or durable. */
  readonly instance: object | undefined;
  readonly prototype: object;
  readonly type: Type<unknown>;
  readonly handlers: readonly HandlerDeclaration[];
}

/** Handlers that will never be called, and why. */
export interface DeafHandlers {
  readonly type: Type<unknown>;
  readonly module: string | undefined;
  readonly handlers: readonly HandlerDeclaration[];
  readonly reason: string;
}

export interface Discovery {
  readonly hosts: readonly HandlerHost[];
  readonly deaf: readonly DeafHandlers[];
}

const TRANSIENT =
  'its provider is transient, so each instance belongs to whoever it was injected into, and none is the one to call';
const NOT_CREATED = 'its provider was never instantiated';
const FACTORY_PER_REQUEST =
  'a factory makes its provider anew for each request, and what it makes is not known before';
const NOT_A_PROVIDER =
  'it is only a guard, interceptor, pipe, filter or middleware; register it as a provider, too';

/** Finds the handlers of an application. */
export class Explorer {
  /** The objects and classes with handlers that were answered. */
  readonly #known = new WeakSet<object>();
  /** The tokens that were looked at: Nest may put another wrapper under one, and yet it is the same provider. */
  readonly #seen = new WeakMap<Collection, Set<unknown>>();

  constructor(private readonly modules: ModulesContainer) {}

  /**
   * Answers all that there is and, when it is called again, what has come since. An object that stands under several tokens,
   * or in several modules, is found once.
   *
   * @param isLoading whether modules are being loaded just now, so that what isn't instantiated may yet be
   * @param among where to look. @default all modules
   */
  explore(isLoading = false, among: ReadonlySet<ModuleHost> = new Set(this.modules.values())): Discovery {
    const found = new Map<object, HandlerHost>();
    const deaf: DeafHandlers[] = [];
    for (const [wrapper, seen] of this.#unseen(among, ({ providers, controllers }) => [
      providers,
      controllers,
    ])) {
      // An alias holds nothing of its own: what it stands for is a provider, too.
      if (wrapper.isAlias) continue;
      const isMissing = isSingleton(wrapper) && !isInstantiated(wrapper);
      if (isMissing && isLoading) continue;
      seen.add(wrapper.token);
      const reason = deafReason(wrapper, isMissing);
      if (reason !== undefined) {
        deaf.push(...deafHandlers(wrapper, reason));
        continue;
      }
      const prototype = prototypeOf(wrapper);
      const handlers = handlersOf(prototype);
      if (handlers.length === 0) continue;
      const instance = instanceOf(wrapper);
      if (instance !== undefined && this.#known.has(instance)) continue;
      const subject = instance ?? wrapper;
      const { constructor: type } = prototype as { readonly constructor: Type<unknown> };
      const holder = holderOf(wrapper, found.get(subject));
      found.set(subject, { ...holder, instance, prototype: prototype!, type, handlers });
    }
    const hosts = [...found.values()];
    for (const { instance, type } of hosts) this.#known.add(type).add(instance ?? type);
    for (const { type } of deaf) this.#known.add(type);
    for (const [wrapper, seen] of this.#unseen(among, ({ injectables, middlewares }) => [
      injectables,
      middlewares,
    ])) {
      seen.add(wrapper.token);
      deaf.push(...deafHandlers(wrapper, NOT_A_PROVIDER).filter(({ type }) => !this.#known.has(type)));
    }
    return { hosts, deaf };
  }

  /** Forgets what was answered, to answer it again. */
  forget({ hosts }: Discovery): void {
    for (const { wrapper, instance } of hosts) {
      const { collection, token } = slotOf(wrapper);
      this.#seen.get(collection)?.delete(token);
      if (instance !== undefined) this.#known.delete(instance);
    }
  }

  *#unseen(
    among: ReadonlySet<ModuleHost>,
    collections: (module: ModuleHost) => readonly Collection[],
  ): Generator<[Wrapper, Set<unknown>]> {
    for (const module of among) {
      for (const collection of collections(module)) {
        const seen = this.#seen.get(collection) ?? new Set();
        this.#seen.set(collection, seen);
        for (const [token, wrapper] of collection) if (!seen.has(token)) yield [wrapper, seen];
      }
    }
  }
}

/** Whose an object is: the provider's that made it, else that of the first that was given it, in no module if in several. */
export function holderOf(wrapper: Wrapper, before: Holder | undefined): Holder {
  const holder: Holder = { wrapper, module: wrapper.host?.name };
  if (before === undefined || classOf(wrapper) !== undefined) return holder;
  const isElsewhere = wrapper.host !== before.wrapper.host && classOf(before.wrapper) === undefined;
  return isElsewhere ? { wrapper: before.wrapper, module: undefined } : before;
}

/** Why what the provider makes can't be called, if so. */
function deafReason(wrapper: Wrapper, isMissing: boolean): string | undefined {
  if (isMissing) return NOT_CREATED;
  if (wrapper.isTransient) return TRANSIENT;
  return isSingleton(wrapper) || classOf(wrapper) !== undefined ? undefined : FACTORY_PER_REQUEST;
}

/** What the class of a provider declares that is never called, if anything. */
function deafHandlers(wrapper: Wrapper, reason: string): DeafHandlers[] {
  const type = promisedClass(wrapper);
  const handlers = handlersOf((type?.prototype as object | undefined) ?? null);
  return type === undefined || handlers.length === 0
    ? []
    : [{ type, module: wrapper.host?.name, handlers, reason }];
}
