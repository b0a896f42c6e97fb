import { Scope, type Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { Owner } from '../core/index.js';
import type { HandlerHost } from './explorer.js';
import { isBusToken } from './bus-token.js';
import { dependenciesOf } from './dependencies.js';
import type { ModuleRights } from './module-rights.js';
import { classOf, type ModuleHost, type Wrapper } from './wrappers.js';

const NOBODY: Owner = Object.freeze({});

/** Something that Nest makes from a class, and its module, which the wrapper of a middleware doesn't know. */
interface Candidate {
  readonly wrapper: Wrapper;
  readonly host: ModuleHost;
}

/** What is known of a class. */
interface Known {
  /** Where it stands. */
  readonly candidates: Candidate[];
  /** Whether somebody else may ask in its name. Undefined until it matters. */
  isAmbiguous?: boolean;
  /** How many buses each of its instances asks for. Undefined until it matters. */
  buses?: number;
}

/** Where something stands. */
interface Place {
  /** Undefined where Nest doesn't tell. */
  readonly host: ModuleHost | undefined;
  /** The module or, where it isn't known, all that it may be. */
  readonly hosts: readonly ModuleHost[];
}

/**
 * Knows to whom a bus belongs. Never the wrong module: where Nest doesn't tell for certain, the module is left out, or the
 * owner altogether.
 */
export class Owners {
  readonly #owners = new WeakMap<Wrapper, Owner>();
  /** How many buses were injected in the name of a provider. */
  readonly #asked = new WeakMap<Wrapper, number>();
  readonly #byClass = new Map<Type<unknown>, Known>();
  readonly #byToken = new Map<unknown, Wrapper[]>();
  #indexed = 0;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly rights: ModuleRights,
  ) {}

  /** The owner of an object with handlers. Always the same for the same provider. */
  ofHandlers({ wrapper, module, instance, type }: Omit<HandlerHost, 'handlers' | 'prototype'>): Owner {
    const host = module === undefined ? undefined : wrapper.host!;
    return this.#of(wrapper, { host, hosts: host === undefined ? this.#holders(instance) : [host] }, type);
  }

  /** Whether a bus that is injected in the name of the class has no owner, or may be somebody else's. */
  isUnknown(type: Type<unknown>): boolean {
    this.#index();
    return this.#isAmbiguous(type, this.#known(type));
  }

  #of(wrapper: Wrapper, place: Place, type: Type<unknown>): Owner {
    let owner = this.#owners.get(wrapper);
    if (owner === undefined) this.#owners.set(wrapper, (owner = this.#ownerIn(place, type)));
    return owner;
  }

  #ownerIn({ host, hosts }: Place, type: Type<unknown>): Owner {
    const rights = this.rights.of(hosts, type);
    const name = host === undefined ? { class: type.name } : { module: host.name, class: type.name };
    return rights === undefined ? name : { ...name, rights };
  }

  /** The modules that hold an object that none of them made. */
  #holders(instance: unknown): readonly ModuleHost[] {
    return [...this.modules.values()].filter(({ providers }) =>
      [...providers.values()].some((wrapper) => wrapper.instance === instance),
    );
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
    const known = this.#known(type);
    if (this.#isAmbiguous(type, known)) return NOBODY;
    const { candidates } = known;
    const itself = candidates.find(({ wrapper }) => wrapper.instance === inquirer);
    const host = itself?.host ?? scopedHost(candidates);
    const hosts = host === undefined ? candidates.map((candidate) => candidate.host) : [host];
    return itself !== undefined && this.#isFirstInstance(itself.wrapper, type, known)
      ? this.#of(itself.wrapper, { host, hosts }, type)
      : this.#ownerIn({ host, hosts }, type);
  }

  /** Whether it can be the first that asks, as a singleton always is: each later instance of a scoped provider is an owner of its own. */
  #isFirstInstance(wrapper: Wrapper, type: Type<unknown>, known: Known): boolean {
    if (isScoped(wrapper)) return false;
    const asked = this.#asked.get(wrapper) ?? 0;
    this.#asked.set(wrapper, asked + 1);
    return asked < (known.buses ??= dependenciesOf(type).filter(isBusToken).length);
  }

  /** Whether somebody else may ask in the name of the class: it is transient, or something transient that is made for it. */
  #isAmbiguous(type: Type<unknown>, known: Known): boolean {
    if (known.isAmbiguous === undefined) {
      const wrappers = known.candidates.map(({ wrapper }) => wrapper);
      const enhancers = wrappers.flatMap((wrapper) => wrapper.getEnhancersMetadata() ?? []);
      known.isAmbiguous =
        wrappers.some((wrapper) => wrapper.isTransient) ||
        enhancers.some((wrapper) => this.#isTransientWithBus(wrapper, new Set())) ||
        this.#hasTransientWithBus(dependenciesOf(type), new Set());
    }
    return known.isAmbiguous;
  }

  #hasTransientWithBus(tokens: readonly unknown[], seen: Set<unknown>): boolean {
    return tokens.some((token) => {
      if (isBusToken(token) || seen.has(token)) return false;
      seen.add(token);
      return (this.#byToken.get(token) ?? []).some((wrapper) => this.#isTransientWithBus(wrapper, seen));
    });
  }

  #isTransientWithBus(wrapper: Wrapper, seen: Set<unknown>): boolean {
    if (!wrapper.isTransient && !wrapper.isAlias) return false;
    const tokens = dependenciesOf(classOf(wrapper) ?? (wrapper.inject as readonly unknown[]));
    return tokens.some(isBusToken) || this.#hasTransientWithBus(tokens, seen);
  }

  /** Once for all that is there; again only when more has come since: lazy modules, middleware, enhancers of what a factory made. */
  #index(): void {
    const size = this.#size();
    if (this.#indexed === size) return;
    this.#indexed = size;
    this.#byClass.clear();
    this.#byToken.clear();
    for (const host of this.modules.values()) {
      const { providers, controllers, injectables, middlewares } = host;
      for (const collection of [providers, controllers, injectables, middlewares]) {
        for (const wrapper of collection.values()) {
          add(this.#byToken, wrapper.token, wrapper);
          const type = classOf(wrapper);
          if (type !== undefined) this.#known(type).candidates.push({ wrapper, host });
        }
      }
    }
  }

  /** How many there are that may ask. Each injected bus counts them, so there is nothing here but the loop. */
  #size(): number {
    let size = 0;
    for (const { providers, middlewares, injectables } of this.modules.values()) {
      size += providers.size + middlewares.size + injectables.size;
    }
    return size;
  }

  #known(type: Type<unknown>): Known {
    let known = this.#byClass.get(type);
    if (known === undefined) this.#byClass.set(type, (known = { candidates: [] }));
    return known;
  }
}

/**
 * The module of an instance that is none of the candidates' own, if it must be of one of them: of a scoped provider. (Any
 * module can have singletons' classes instantiated for itself, with `ModuleRef.create()`.)
 */
function scopedHost(candidates: readonly Candidate[]): ModuleHost | undefined {
  const [first] = candidates;
  return candidates.every(({ wrapper, host }) => isScoped(wrapper) && host === first?.host)
    ? first?.host
    : undefined;
}

/**
 * As far as Nest knows already, by itself or by something it depends on. Never asks Nest to find out: on some versions it
 * would remember what it answers before all dependencies are known.
 */
function isScoped(wrapper: Wrapper): boolean {
  return wrapper.scope === Scope.REQUEST || Reflect.get(wrapper, 'isTreeStatic') === false;
}

function add<T>(index: Map<unknown, T[]>, key: unknown, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}
