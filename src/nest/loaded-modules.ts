import { ModuleRef, type ModulesContainer } from '@nestjs/core';
import type { ModuleHost } from './wrappers.js';

/** A module that was loaded lazily, by its reference, and all that it imports, directly or not. */
export function loadedModules(modules: ModulesContainer, loaded: ModuleRef): ReadonlySet<ModuleHost> {
  const found = new Set(
    [...modules.values()].filter(({ providers }) => providers.get(ModuleRef)?.instance === loaded),
  );
  for (const { imports } of found) for (const each of imports) found.add(each);
  return found;
}
