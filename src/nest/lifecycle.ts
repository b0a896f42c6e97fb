import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { LazyModuleLoader, ModuleRef, ModulesContainer } from '@nestjs/core';
import { BusHost } from './bus-host.js';
import { Explorer } from './explorer.js';
import { ImportCheck } from './import-check.js';
import { LazyModules } from './lazy-modules.js';
import { Owners } from './owners.js';
import { Registrar } from './registrar.js';
import { WaysAround } from './ways-around.js';
import { ScopedInjector } from './scoped-injector.js';

/** Starts the bus before everybody else's hooks, and closes it after them. */
@Injectable()
export class BusStart implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #lazyModules: LazyModules;
  readonly #registrar: Registrar;
  #subscribed: Promise<void> | undefined;

  constructor(
    @Inject(BusHost) private readonly host: BusHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(Owners) owners: Owners,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(LazyModuleLoader) loader: LazyModuleLoader,
    @Inject(ImportCheck) importCheck: ImportCheck,
  ) {
    const waysAround = new WaysAround(modules, owners, host.rights);
    this.#registrar = new Registrar(
      host,
      new Explorer(modules),
      owners,
      new ScopedInjector(moduleRef),
      waysAround,
    );
    // What is loaded before the start is found at the start.
    this.#lazyModules = new LazyModules(loader, async (loaded) => {
      if (this.#subscribed === undefined) return;
      importCheck.checkLoaded(loaded);
      await this.#subscribe();
    });
  }

  /** A testing module and the application made from it both run the hooks. */
  onModuleInit(): Promise<void> {
    return (this.#subscribed ??= this.#subscribe());
  }

  onApplicationBootstrap(): void {
    this.host.gate.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.host.root.close();
  }

  #subscribe(): Promise<void> {
    return this.#registrar.subscribe(this.#lazyModules.isLoading);
  }
}

/**
 * Finishes what is in flight while what handlers need is still open: before anybody's `onModuleDestroy`; what was emitted since,
 * by those hooks and by requests, before anybody's `beforeApplicationShutdown`; and, when no more requests come, before anybody's
 * `onApplicationShutdown`.
 */
@Injectable()
export class BusDrain implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(BusHost) private readonly host: BusHost) {}

  onModuleDestroy(): Promise<void> {
    return this.#drain();
  }

  beforeApplicationShutdown(): Promise<void> {
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
