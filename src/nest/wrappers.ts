import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** A module as Nest's injector keeps it. */
export type ModuleHost = ModulesContainer extends Map<string, infer Host> ? Host : never;

/** A provider or controller as Nest's injector keeps it. */
export type Wrapper = ModuleHost['providers'] extends Map<unknown, infer Kept> ? Kept : never;

/** The class that Nest itself makes the provider's instance from; undefined for values, factories and aliases. */
export function classOf(wrapper: Wrapper): Type<unknown> | undefined {
  const { metatype, inject } = wrapper;
  // A factory is kept where classes are, and told apart by its list of dependencies.
  if (typeof metatype !== 'function' || inject != null) return undefined;
  return metatype as Type<unknown>;
}
