import { type DynamicModule, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BusHost } from './bus-host.js';
import { DuplicateModuleError } from './errors.js';
import { registerFeatures } from './feature-definitions.js';
import type { EventBusModuleOptions } from './module-options.js';
import { OwnedBuses } from './owned-buses.js';
import { Owners } from './owners.js';
import { Own } from './own.js';
import { BootSequence } from './startup/boot-sequence.js';

export const MODULE_OPTIONS = Symbol.for('nestjs-event-bus:options');

/**
 * Makes the bus, behind both modules that hand it out.
 *
 * @internal
 */
@Own()
@Module({})
export class EventBusHostModule {
  /** @param definition with a provider of `MODULE_OPTIONS`, and what that needs */
  static with({ imports = [], providers = [] }: DynamicModule): DynamicModule {
    return {
      module: EventBusHostModule,
      imports,
      providers: [
        ...providers,
        { provide: BusHost, useFactory: createHost, inject: [MODULE_OPTIONS, ModulesContainer] },
        {
          provide: Owners,
          useFactory: ({ rights }: BusHost, modules: ModulesContainer) => new Owners(modules, rights),
          inject: [BusHost, ModulesContainer],
        },
        {
          provide: OwnedBuses,
          useFactory: ({ root }: BusHost, owners: Owners) => new OwnedBuses(root, owners),
          inject: [BusHost, Owners],
        },
        {
          provide: BootSequence,
          useFactory: (host: BusHost, modules: ModulesContainer, owners: Owners) =>
            new BootSequence(host, modules, owners),
          inject: [BusHost, ModulesContainer, Owners],
        },
      ],
      exports: [BusHost, Owners, OwnedBuses, BootSequence],
    };
  }
}

/** @throws DuplicateModuleError, InvalidOptionError, DefinitionConflictError */
function createHost(options: EventBusModuleOptions, modules: ModulesContainer): BusHost {
  const hosts = [...modules.values()].filter(({ metatype }) => metatype === EventBusHostModule);
  if (hosts.length > 1) throw new DuplicateModuleError();
  const host = new BusHost(options);
  registerFeatures(host.root, modules);
  return host;
}
