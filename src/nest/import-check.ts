import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { WrongImportError } from './errors.js';
import { type ModuleHost, promisedClass, type Wrapper } from './wrappers.js';

/** Where `@OnEvent` of `@nestjs/event-emitter` leaves its mark: on the method itself. */
const FOREIGN_MARK = 'EVENT_LISTENER_METADATA';

/**
 * Finds the methods whose `@OnEvent` was imported from `@nestjs/event-emitter` in an application without that emitter: the
 * two look the same, and nobody would ever call these.
 */
@Injectable()
export class ImportCheck implements OnModuleInit {
  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  /** @throws WrongImportError */
  onModuleInit(): void {
    this.check(this.modules.values());
  }

  /** @throws WrongImportError */
  check(modules: Iterable<ModuleHost>): void {
    if (this.#hasEmitter()) return;
    const handlers = new Set<string>();
    for (const { name, providers, controllers } of modules) {
      for (const wrapper of [...providers.values(), ...controllers.values()]) {
        for (const handler of foreignHandlers(wrapper)) handlers.add(`${name}/${handler}`);
      }
    }
    if (handlers.size > 0) throw new WrongImportError([...handlers]);
  }

  /** By a method of the provider that subscribes, since names of modules and classes don't survive a minifier. */
  #hasEmitter(): boolean {
    return [...this.modules.values()].some(({ providers }) =>
      [...providers.keys()].some(
        (token) =>
          typeof token === 'function' &&
          'loadEventListeners' in ((token.prototype as object | undefined) ?? {}),
      ),
    );
  }
}

/** As `Class.method`. Reads no accessor, so that any object can be asked. */
function foreignHandlers(wrapper: Wrapper): string[] {
  const found: string[] = [];
  const overriding: object[] = [];
  for (let level = prototypeOf(wrapper); level !== null && level !== Object.prototype; level = above(level)) {
    for (const name of Reflect.ownKeys(level)) {
      const method: unknown = Object.getOwnPropertyDescriptor(level, name)?.value;
      if (typeof method !== 'function' || !Reflect.hasOwnMetadata(FOREIGN_MARK, method)) continue;
      // The nearest counts: who overrides a method takes its decorators away.
      if (!overriding.some((below) => Object.hasOwn(below, name))) found.push(String(name));
    }
    overriding.push(level);
  }
  return found.map((name) => `${className(overriding)}.${name}`);
}

/** @param levels a prototype and those that it inherits from */
function className(levels: readonly object[]): string | undefined {
  const level = levels.find((each) => Object.hasOwn(each, 'constructor'));
  const type: unknown = level && Object.getOwnPropertyDescriptor(level, 'constructor')?.value;
  return typeof type === 'function' ? type.name : undefined;
}

function above(level: object): object | null {
  return Object.getPrototypeOf(level) as object | null;
}

function prototypeOf(wrapper: Wrapper): object | null {
  const instance: unknown = wrapper.instance;
  if (typeof instance === 'object' && instance !== null)
    return Object.getPrototypeOf(instance) as object | null;
  return (promisedClass(wrapper)?.prototype as object | undefined) ?? null;
}
