import { type DynamicModule, Module } from '@nestjs/common';
import { EventBus } from '../core/index.js';
import { BusHost } from './bus-host.js';
import { BUS_TOKEN } from './bus-token.js';
import { hookOrder } from './hook-order.js';
import { BusDrain } from './lifecycle.js';
import { Own } from './own.js';

/**
 * The hooks that run after everybody else's at the start, and before them at the end. It also provides `EventBus` once
 * more, as an ownerless singleton that it doesn't export: `get(EventBus)` finds the last provider of a token and can't
 * have a transient one, while injection finds only what is exported.
 *
 * @internal
 */
@Own()
@Module({})
export class EventBusDrainModule {
  static with(host: DynamicModule): DynamicModule {
    return {
      module: EventBusDrainModule,
      imports: [host],
      providers: [
        BusDrain,
        hookOrder(EventBusDrainModule, 'last'),
        { provide: EventBus, useFactory: ({ root }: BusHost) => root.as({}), inject: [BusHost] },
        { provide: BUS_TOKEN, useExisting: EventBus },
      ],
    };
  }
}
