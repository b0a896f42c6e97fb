import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { EventDefinition } from '../core/index.js';
import { BusHost } from './bus-host.js';
import { EventBusHostModule } from './event-bus-host.module.js';
import { ModuleNotConfiguredError } from './errors.js';
import {
  checkDefinitions,
  FEATURE_DEFINITIONS,
  featureModules,
  registerDefinitions,
} from './feature-definitions.js';
import { Own } from './own.js';

/**
 * Holds the definitions of a feature, for the bus to fetch when it is made: before anybody can emit. A feature that is loaded
 * after that, lazily, brings them itself.
 *
 * @internal
 */
@Own()
@Module({})
export class EventBusFeatureModule {
  /** @throws InvalidArgumentError */
  static with(definitions: readonly EventDefinition[]): DynamicModule {
    checkDefinitions(definitions);
    return {
      module: EventBusFeatureModule,
      providers: [{ provide: FEATURE_DEFINITIONS, useValue: [...definitions] }],
    };
  }

  /** @throws ModuleNotConfiguredError, DefinitionConflictError */
  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(FEATURE_DEFINITIONS) definitions: readonly EventDefinition[],
  ) {
    const module = [...modules.values()].find(({ metatype }) => metatype === EventBusHostModule);
    if (module === undefined) {
      throw new ModuleNotConfiguredError(featureModules(modules, (own) => own === definitions));
    }
    const host: unknown = module.providers.get(BusHost)?.instance;
    if (host instanceof BusHost) registerDefinitions(host.root, modules, definitions);
  }
}
