import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Owner } from '../core/index.js';
import { isBusToken } from './bus-token.js';
import { dependenciesOf } from './dependencies.js';
import { classOf, type Wrapper } from './wrappers.js';

const NOBODY: Owner = Object.freeze({});

/**
 * Knows to whom a bus belongs. Never the wrong module: where Nest doesn't tell for certain, the module is left out, or the
 * owner altogether.
 */
export class Owners {
  readonly #owners = new WeakMap<Wrapper, Owner>();
  readonly #askers = new WeakSet<Wrapper>();
  readonly #byClass = new Map<unknown, Wrapper[]>();
  readonly #byToken = new Map<unknown, Wrapper[]>();
  #indexedModules = 0;

  constructor(private readonly modules: ModulesContainer) {}

  /** The owner of what a provider holds. Always the same object for the same provider. */
  of(wrapper: Wrapper, module: string | undefined, name: string): Owner {
    let owner = this.#owners.get(wrapper);
    if (owner === undefined) this.#owners.set(wrapper, (owner = ownerOf(module, name)));
    return owner;
  }

  /**
   * The owner of a bus that is being injected.
   *
   * @param inquirer what Nest injects for INQUIRER: the instance to be of the provider that asks, as a rule. For scoped
   * providers it is, on some versions of Nest, an object made for the occasion, which only has the right class; for what
   * a transient provider asks for, it is some provider that the transient one was made for, not always the right one.
   */
  ofInquirer(inquirer: unknown): Owner {
    if (typeof inquirer !== 'object' || inquirer === null) return NOBODY;
    const type = (Object.getPrototypeOf(inquirer) as { constructor?: Type<unknown> } | null)?.constructor;
    if (type === undefined) return NOBODY;
    this.#index();
    const wrappers = this.#byClass.get(type) ?? [];
    if (wrappers.some((wrapper) => wrapper.isTransient)) return NOBODY;
    if (this.#hasTransientWithBus(type)) return NOBODY;
    const itself = wrappers.find((wrapper) => wrapper.instance === inquirer);
    const module = (itself ?? (wrappers.length === 1 ? wrappers[0] : undefined))?.host?.name;
    // A singleton asks once. What asks again under the same name is another instance, of a scoped provider.
    if (itself === undefined || this.#askers.has(itself)) return ownerOf(module, type.name);
    this.#askers.add(itself);
    return this.of(itself, module, type.name);
  }

  /** Whether something transient that the class depends on, or that in turn, may have asked for the bus in its name. */
  #hasTransientWithBus(type: Type<unknown>): boolean {
    return dependenciesOf(type).some((token) => this.#isTransientWithBus(token, new Set()));
  }

  #isTransientWithBus(token: unknown, seen: Set<unknown>): boolean {
    if (isBusToken(token) || seen.has(token)) return false;
    seen.add(token);
    return (this.#byToken.get(token) ?? []).some((wrapper) => {
      if (!wrapper.isTransient && !wrapper.isAlias) return false;
      const tokens = dependenciesOf(classOf(wrapper) ?? (wrapper.inject as readonly unknown[]));
      return tokens.some((each) => isBusToken(each) || this.#isTransientWithBus(each, seen));
    });
  }

  /** Once for all modules that are there; again only when modules have come since. */
  #index(): void {
    if (this.#indexedModules === this.modules.size) return;
    this.#indexedModules = this.modules.size;
    this.#byClass.clear();
    this.#byToken.clear();
    for (const { providers, controllers, injectables } of this.modules.values()) {
      for (const wrapper of [...providers.values(), ...controllers.values(), ...injectables.values()]) {
        add(this.#byToken, wrapper.token, wrapper);
        const type = classOf(wrapper);
        if (type !== undefined) add(this.#byClass, type, wrapper);
      }
    }
  }
}

function ownerOf(module: string | undefined, name: string): Owner {
  return module === undefined ? { class: name } : { module, class: name };
}

function add(index: Map<unknown, Wrapper[]>, key: unknown, wrapper: Wrapper): void {
  const wrappers = index.get(key);
  if (wrappers === undefined) index.set(key, [wrapper]);
  else wrappers.push(wrapper);
}
