import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';

/** A module as Nest's injector keeps it. */
export type ModuleHost = ModulesContainer extends Map<string, infer Host> ? Host : never;

/** A provider, controller or enhancer as Nest's injector keeps it. */
export type Wrapper = ModuleHost['providers'] extends Map<unknown, infer Kept> ? Kept : never;

/** The class that Nest itself makes the provider's instance from; undefined for values, factories and aliases. */
export function classOf(wrapper: Wrapper): Type<unknown> | undefined {
  const { metatype, inject } = wrapper;
  // A factory is kept where classes are, and told apart by its list of dependencies.
  if (typeof metatype !== 'function' || inject != null) return undefined;
  return metatype as Type<unknown>;
}

/** The class that the provider is of as far as anybody can know beforehand: a factory's token may be a class. */
export function promisedClass(wrapper: Wrapper): Type<unknown> | undefined {
  const { token } = wrapper;
  return classOf(wrapper) ?? (typeof token === 'function' ? (token as Type<unknown>) : undefined);
}

/** The providers, controllers or enhancers of a module, by token. */
export type Collection = ModuleHost['providers'];

/**
 * Where a wrapper is found at any time. Nest 11.0.0 puts another in its place when it lazily loads a module that imports
 * the wrapper's.
 */
export interface Slot {
  readonly collection: Collection;
  readonly token: Wrapper['token'];
}

/** The place of a wrapper that has just been found: among the providers, controllers or enhancers of its module. */
export function slotOf(wrapper: Wrapper): Slot {
  const { token } = wrapper;
  const { providers, controllers, injectables } = wrapper.host!;
  if (providers.get(token) === wrapper) return { collection: providers, token };
  return { collection: controllers.get(token) === wrapper ? controllers : injectables, token };
}

/** Whether Nest makes one instance for the whole application, and no more. */
export function isSingleton(wrapper: Wrapper): boolean {
  return !wrapper.isTransient && wrapper.isDependencyTreeStatic();
}

/** Nest keeps an object of the class from the beginning, whose constructor has not run. */
export function isInstantiated(wrapper: Wrapper): boolean {
  return wrapper.getInstanceByContextId(STATIC_CONTEXT).isResolved === true;
}

/** The one object that the provider stands for in the whole application. Looks at no property of it. */
export function instanceOf(wrapper: Wrapper): object | undefined {
  if (!isSingleton(wrapper)) return undefined;
  const instance: unknown = wrapper.instance;
  return typeof instance === 'object' && instance !== null ? instance : undefined;
}

/** That of the object or, where none is there, of the class that is known: what a factory would make is not. */
export function prototypeOf(wrapper: Wrapper): object | null {
  const instance = instanceOf(wrapper);
  if (instance !== undefined) return Object.getPrototypeOf(instance) as object | null;
  return (classOf(wrapper)?.prototype as object | undefined) ?? null;
}
