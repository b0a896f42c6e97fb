import type { LazyModuleLoader, ModuleRef } from '@nestjs/core';

/** The modules that are loaded while the application runs. Nest calls no hooks for them. */
export class LazyModules {
  #loading = 0;

  /** @param onLoaded what is to be done before a load resolves; the load fails with it */
  constructor(loader: LazyModuleLoader, onLoaded: (loaded: ModuleRef) => Promise<void>) {
    const load = loader.load.bind(loader);
    loader.load = async (...args) => {
      this.#loading++;
      const module = await load(...args).finally(() => this.#loading--);
      await onLoaded(module);
      return module;
    };
  }

  /** Whether any is being loaded just now. */
  get isLoading(): boolean {
    return this.#loading > 0;
  }
}
