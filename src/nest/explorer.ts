import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { type HandlerDeclaration, handlersOf } from './handler-declaration.js';
import { classOf, type ModuleHost, type Wrapper } from './wrappers.js';

/** The provider or controller that an object belongs to. */
interface Holder {
  readonly wrapper: Wrapper;
  /** The name of its module; undefined when several modules hold the object and none of them made it. */
  readonly module: string | undefined;
}

/** An object with handlers. */
export interface HandlerHost extends Holder {
  readonly instance: object;
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

const NOT_A_SINGLETON =
  'its provider is not a singleton (it, or something it depends on, is request-scoped, durable or transient)';
const NOT_CREATED = 'its provider was never instantiated';
const NOT_A_PROVIDER =
  'it is only a guard, interceptor, pipe, filter or middleware; register it as a provider, too';

/**
 * Finds the handlers of an application, once all its providers and controllers are there. An object that stands under
 * several tokens, or in several modules, is found once.
 */
export function explore(modules: ModulesContainer): Discovery {
  const holders = new Map<object, Holder>();
  const deaf: DeafHandlers[] = [];
  for (const wrapper of eachWrapper(modules, ({ providers, controllers }) => [providers, controllers])) {
    // An alias holds nothing of its own: what it stands for is a provider, too.
    if (wrapper.isAlias) continue;
    const instance = singletonOf(wrapper);
    if (instance === undefined) {
      deaf.push(...deafHandlers(wrapper, isSingleton(wrapper) ? NOT_CREATED : NOT_A_SINGLETON));
    } else if (handlersOf(Object.getPrototypeOf(instance) as object | null).length > 0) {
      holders.set(instance, holderOf(wrapper, holders.get(instance)));
    }
  }
  const hosts = [...holders].map(([instance, holder]) => hostOf(instance, holder));
  const known = new Set([...hosts, ...deaf].map(({ type }) => type));
  for (const wrapper of eachWrapper(modules, ({ injectables, middlewares }) => [injectables, middlewares])) {
    deaf.push(...deafHandlers(wrapper, NOT_A_PROVIDER).filter(({ type }) => !known.has(type)));
  }
  return { hosts, deaf };
}

function* eachWrapper(
  modules: ModulesContainer,
  collections: (module: ModuleHost) => readonly ReadonlyMap<unknown, Wrapper>[],
): Generator<Wrapper> {
  for (const module of modules.values()) {
    for (const collection of collections(module)) yield* collection.values();
  }
}

function isSingleton(wrapper: Wrapper): boolean {
  return !wrapper.isTransient && wrapper.isDependencyTreeStatic();
}

/** The one object that the provider stands for in the whole application. Looks at no property of it. */
function singletonOf(wrapper: Wrapper): object | undefined {
  if (!isSingleton(wrapper)) return undefined;
  const instance: unknown = wrapper.instance;
  return typeof instance === 'object' && instance !== null ? instance : undefined;
}

/** Whose an object is: the provider's that made it, else that of the first that was given it, in no module if in several. */
function holderOf(wrapper: Wrapper, before: Holder | undefined): Holder {
  const holder: Holder = { wrapper, module: wrapper.host?.name };
  if (before === undefined || classOf(wrapper) !== undefined) return holder;
  const isElsewhere = wrapper.host !== before.wrapper.host && classOf(before.wrapper) === undefined;
  return isElsewhere ? { wrapper: before.wrapper, module: undefined } : before;
}

function hostOf(instance: object, holder: Holder): HandlerHost {
  const prototype = Object.getPrototypeOf(instance) as object & { constructor: Type<unknown> };
  return { instance, type: prototype.constructor, ...holder, handlers: handlersOf(prototype) };
}

/** What a class that Nest made no singleton of declares, if anything. What a factory would make is not known. */
function deafHandlers(wrapper: Wrapper, reason: string): DeafHandlers[] {
  const type = classOf(wrapper);
  const handlers = handlersOf((type?.prototype as object | undefined) ?? null);
  return type === undefined || handlers.length === 0
    ? []
    : [{ type, module: wrapper.host?.name, handlers, reason }];
}
