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
import { loadedModules } from './loaded-modules.js';
import { Owners } from './owners.js';
import { Registrar } from './registrar.js';
import { WaysAround } from './ways-around.js';
import { ScopedInjector } from './scoped-injector.js';
import type { ModuleHost } from './wrappers.js';
import { BootSequence } from './startup/boot-sequence.js';

/** Starts the bus before everybody else's hooks, and closes it after them. */
@Injectable()
export class BusStart implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly #lazyModules: LazyModules;
  readonly #registrar: Registrar;
  #subscribed: Promise<void> | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    @Inject(BusHost) private readonly host: BusHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(Owners) owners: Owners,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(LazyModuleLoader) loader: LazyModuleLoader,
    @Inject(ImportCheck) importCheck: ImportCheck,
    @Inject(BootSequence) private readonly sequence: BootSequence,
  ) {
    const own = [...modules.values()];
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
      const brought = loadedModules(modules, loaded);
      importCheck.check(brought);
      // What another load has brought, and can't be used, must not fail this one.
      await this.#subscribe(new Set([...own, ...brought]));
      sequence.warnOfLateSteps();
    });
  }

  /** A testing module and the application made from it both run the hooks. */
  onModuleInit(): Promise<void> {
    return (this.#subscribed ??= this.#prepare());
  }

  onApplicationBootstrap(): void {
    this.host.gate.open();
    // Not awaited here, where it would keep others from their hooks.
    this.sequence.begin();
  }

  async onApplicationShutdown(signal?: string): Promise<void> {
    this.sequence.end(signal);
    await this.host.root.close();
  }

  async #prepare(): Promise<void> {
    await this.#subscribe();
    this.sequence.prepare();
  }

  /**
   * One after another: two loads may bring the same module, whose handlers must be live when either is done.
   *
   * @param among where to look. @default all modules
   */
  #subscribe(among?: ReadonlySet<ModuleHost>): Promise<void> {
    const subscribed = this.#turn.then(() => this.#registrar.subscribe(this.#lazyModules.isLoading, among));
    this.#turn = subscribed.catch(() => {});
    return subscribed;
  }
}

/**
 * Finishes what is in flight while what handlers need is still open: before anybody's `onModuleDestroy`; what was emitted since,
 * by those hooks and by requests, before anybody's `beforeApplicationShutdown`; and, when no more requests come, before anybody's
 * `onApplicationShutdown`.
 */
@Injectable()
export class BusDrain
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(BusHost) private readonly host: BusHost,
    @Inject(BootSequence) private readonly sequence: BootSequence,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.sequence.finish();
  }

  onModuleDestroy(): Promise<void> {
    this.sequence.stop();
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
