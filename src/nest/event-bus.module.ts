import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type DynamicModule,
  type InjectionToken,
  Module,
  type Provider,
  Scope,
} from '@nestjs/common';
import { INQUIRER } from '@nestjs/core';
import { EventBus, type EventDefinition, RootEventBus } from '../core/index.js';
import { BusHost } from './bus-host.js';
import { BUS_TOKEN } from './bus-token.js';
import { EventBusDrainModule } from './event-bus-drain.module.js';
import { EventBusFeatureModule } from './event-bus-feature.module.js';
import { EventBusHostModule, MODULE_OPTIONS } from './event-bus-host.module.js';
import { ModuleNotConfiguredError } from './errors.js';
import { hookOrder } from './hook-order.js';
import { ImportCheck } from './import-check.js';
import { BusStart } from './lifecycle.js';
import {
  checkAsyncOptions,
  checkIsGlobal,
  checkSyncOptions,
  type EventBusModuleOptions,
} from './module-options.js';
import { OwnedBuses } from './owned-buses.js';
import { Own } from './own.js';
import { BootSequence } from './startup/boot-sequence.js';
import { Startup } from './startup/startup.js';

/** Options about the module itself, beside those of the bus. */
export interface EventBusModuleExtras {
  /** Whether every module can inject the bus without importing this one. @default true */
  isGlobal?: boolean;
}

export type EventBusModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  EventBusModuleOptions,
  'createEventBusOptions'
> &
  EventBusModuleExtras;

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<EventBusModuleOptions>({
  optionsInjectionToken: MODULE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createEventBusOptions')
  .setExtras<EventBusModuleExtras>({ isGlobal: true }, assemble)
  .build();

/**
 * The event bus of an application: imported once, in the root module, as `EventBusModule.forRoot()` or
 * `EventBusModule.forRootAsync()`. Every provider and controller can then inject `EventBus` and have `@OnEvent` methods.
 */
@Own()
@Module({
  // For who imports the bare class; `forRoot` puts others in their place.
  providers: [
    notConfigured(EventBus),
    notConfigured(RootEventBus),
    notConfigured(Startup),
    notConfigured(BUS_TOKEN),
  ],
  exports: [EventBus, RootEventBus, Startup, BUS_TOKEN],
})
export class EventBusModule extends ConfigurableModuleClass {
  /** @throws InvalidOptionError at once or, for options of the bus, when the application starts */
  static override forRoot(options: EventBusModuleOptions & EventBusModuleExtras = {}): DynamicModule {
    checkSyncOptions(options);
    return super.forRoot(options);
  }

  /** @throws InvalidOptionError at once or, for options of the bus, when the application starts */
  static override forRootAsync(options: EventBusModuleAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    return super.forRootAsync(options);
  }

  /**
   * Makes definitions known to the bus before anybody can emit, so that an emit by topic is checked and retained, too,
   * wherever it comes from. For the modules that own the events; where the bus is not global, it doesn't hand it out.
   *
   * @throws InvalidArgumentError at once; DefinitionConflictError, for a topic with two definitions, and
   * ModuleNotConfiguredError, where `forRoot()` is missing, when the application starts
   */
  static forFeature(definitions: readonly EventDefinition[]): DynamicModule {
    return EventBusFeatureModule.with(definitions);
  }
}

/** Spreads what Nest's builder made over the modules that the bus consists of. */
function assemble(definition: DynamicModule, { isGlobal }: EventBusModuleExtras): DynamicModule {
  checkIsGlobal(isGlobal);
  const host = EventBusHostModule.with(definition);
  return {
    module: definition.module,
    global: isGlobal !== false,
    imports: [host, EventBusDrainModule.with(host)],
    providers: [
      { provide: RootEventBus, useFactory: ({ root }: BusHost) => root, inject: [BusHost] },
      {
        provide: Startup,
        useFactory: (sequence: BootSequence) => new Startup(sequence),
        inject: [BootSequence],
      },
      // Not an alias: on Nest 11.0.0 and 12.0.1, what an alias stands for is asked for by the alias.
      ownedBus(EventBus),
      ownedBus(BUS_TOKEN),
      BusStart,
      ImportCheck,
      hookOrder(definition.module, 'first'),
    ],
  };
}

/** A bus for each who asks, which knows who that is. */
function ownedBus(provide: InjectionToken): Provider {
  return {
    provide,
    scope: Scope.TRANSIENT,
    useFactory: (buses: OwnedBuses, inquirer: unknown) => buses.of(inquirer),
    inject: [OwnedBuses, INQUIRER],
  };
}

function notConfigured(provide: InjectionToken): Provider {
  return {
    provide,
    useFactory: () => {
      throw new ModuleNotConfiguredError();
    },
  };
}
