import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BusHost } from './bus-host.js';
import { Owners } from './owners.js';
import { subscribeHandlers } from './registrar.js';

/** Starts the bus before everybody else's hooks, and closes it after them. */
@Injectable()
export class BusStart implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  #subscribed = false;

  constructor(
    @Inject(BusHost) private readonly host: BusHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(Owners) private readonly owners: Owners,
  ) {}

  /** A testing module and the application made from it both run the hooks. */
  onModuleInit(): void {
    if (this.#subscribed) return;
    this.#subscribed = true;
    subscribeHandlers(this.host, this.modules, this.owners);
  }

  onApplicationBootstrap(): void {
    this.host.gate.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.host.root.close();
  }
}

/**
 * Finishes what is in flight while what handlers need is still open: before anybody's `onModuleDestroy`, and once more, when
 * no more requests come, before anybody's `onApplicationShutdown`.
 */
@Injectable()
export class BusDrain implements OnModuleDestroy, OnApplicationShutdown {
  constructor(@Inject(BusHost) private readonly host: BusHost) {}

  onModuleDestroy(): Promise<void> {
    return this.#drain();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#drain();
  }

  async #drain(): Promise<void> {
    // Before the start nothing but held events is there to wait for, and they are never delivered.
    if (this.host.gate.isOpen) await this.host.root.drain();
  }
}
