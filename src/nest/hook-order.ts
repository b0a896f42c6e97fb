import { type FactoryProvider, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/**
 * A provider that puts the hooks of its module before or after those of all other modules. Nest runs them in the order of
 * a module's distance from the root, the farthest first at the start and last at the end, and reads it after all
 * providers were made.
 */
export function hookOrder(module: Type<unknown>, place: 'first' | 'last'): FactoryProvider {
  return {
    provide: `${module.name}:hooks ${place}`,
    useFactory: (modules: ModulesContainer) => {
      for (const host of modules.values()) {
        if (host.metatype === module) host.distance = place === 'first' ? Infinity : -1;
      }
      return place;
    },
    inject: [ModulesContainer],
  };
}
