import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { RootEventBus } from '../core/index.js';
import { isBusToken } from './bus-token.js';
import { dependenciesOf } from './dependencies.js';
import { definitionsOf } from './feature-definitions.js';
import type { ModuleRights } from './module-rights.js';
import type { Owners } from './owners.js';
import { isOwn } from './own.js';
import { classOf, type ModuleHost, type Wrapper } from './wrappers.js';

/** Finds what lets governed modules past their rights, as far as Nest knows of it. */
export class WaysAround {
  readonly #told = new WeakSet<object>();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly owners: Owners,
    private readonly rights: ModuleRights,
  ) {}

  /**
   * Those that have come since the last time, each in a sentence.
   *
   * @param among where to look. @default all modules
   */
  find(among: Iterable<ModuleHost> = this.modules.values()): readonly string[] {
    if (this.rights.mode === 'off') return [];
    const found: string[] = [];
    for (const host of among) {
      if (isOwn(host.metatype)) continue;
      for (const wrapper of wrappersIn(host)) {
        if (this.#told.has(wrapper)) continue;
        // What is refused is found again, until it is mended.
        if (this.rights.mode !== 'strict') this.#told.add(wrapper);
        found.push(...this.#of(wrapper, host));
      }
      found.push(...this.#schemas(host));
    }
    return [...new Set(found)];
  }

  /** What the modules that have come since the last time declare beyond what they are granted, each in a sentence. */
  excesses(among: Iterable<ModuleHost> = this.modules.values()): readonly string[] {
    const found: string[] = [];
    for (const host of among) {
      if (this.#told.has(host)) continue;
      this.#told.add(host);
      found.push(...this.rights.excesses(host));
    }
    return found;
  }

  /** Of topics that are none of the module's business. */
  #schemas(host: ModuleHost): string[] {
    return definitionsOf(host)
      .filter((definition) => definition.schema !== undefined && !this.#told.has(definition))
      .filter(({ topic }) => !this.rights.concern(host, topic))
      .map((definition) => {
        if (this.rights.mode !== 'strict') this.#told.add(definition);
        return (
          `${host.name} defines "${definition.topic}", which it may neither emit nor hear: its schema sees the data. ` +
          'Define it in the module that emits it.'
        );
      });
  }

  #of(wrapper: Wrapper, host: ModuleHost): string[] {
    const type = classOf(wrapper);
    if (type !== undefined && isOwn(type)) return [];
    if (!this.rights.govern(host, type)) return [];
    const asked = dependenciesOf(type ?? wrapper.inject ?? []);
    const who =
      type === undefined ? `What ${host.name} provides as ${nameOf(wrapper)}` : `${host.name}/${type.name}`;
    const ways: string[] = [];
    if (asked.includes(RootEventBus) && !this.rights.grantRoot(host)) {
      ways.push(
        `${who} injects RootEventBus, which may do anything. Inject EventBus, or grant it: ` +
          `[${host.name}, { root: true }] in the grants of forRoot().`,
      );
    }
    if (asked.some(isBusToken) && (type === undefined || this.owners.isUnknown(type))) {
      ways.push(`${who} injects an EventBus whose owner can't be known: ${reasonOf(type, wrapper)}`);
    }
    return ways;
  }
}

function wrappersIn({ providers, controllers, injectables, middlewares }: ModuleHost): Wrapper[] {
  return [providers, controllers, injectables, middlewares].flatMap((collection) => [...collection.values()]);
}

function reasonOf(type: Type<unknown> | undefined, wrapper: Wrapper): string {
  if (type === undefined)
    return 'it is no class. Inject the bus into a class, and that where this is wanted.';
  if (wrapper.isTransient) return 'it is transient. Hand it the bus of the class that uses it.';
  return 'something transient that is made for it asks for a bus, too. Hand that one the bus of this class.';
}

function nameOf({ token }: Wrapper): string {
  return typeof token === 'function' ? token.name : String(token);
}
