import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/**
 * Takes what is logged, and writes it nowhere: lines are made as in any application, and the terminal's speed is not measured. What
 * goes wrong is written, since then something else was measured than what was meant.
 */
const LOGGER = {
  log: () => {},
  debug: () => {},
  verbose: () => {},
  warn: (...line) => console.error(...line),
  error: (...line) => console.error(...line),
  fatal: (...line) => console.error(...line),
};

/** The most that a provider has of handlers, and a module of providers: as in a project of some size. */
const HANDLERS_PER_PROVIDER = 10;
const PROVIDERS_PER_MODULE = 10;

/** A Nest application to be, whose providers have handlers. */
export class HandlerApp {
  #providers = [];
  #handlersInLast = 0;
  #handlersPerProvider;
  #providersPerModule;

  /** @param handlersPerProvider 1 for who knows a handler by its class */
  constructor(handlersPerProvider = HANDLERS_PER_PROVIDER, providersPerModule = PROVIDERS_PER_MODULE) {
    this.#handlersPerProvider = handlersPerProvider;
    this.#providersPerModule = providersPerModule;
  }

  /**
   * Makes a function itself a method of a provider.
   *
   * @param decorate does what the method's decorators do, and those of its class
   * @param name the method's, if not the function's own
   */
  add(handler, decorate = () => {}, name = handler.name) {
    if (this.#providers.length === 0 || this.#handlersInLast === this.#handlersPerProvider) {
      this.#providers.push(providerType());
      this.#handlersInLast = 0;
    }
    const { prototype } = this.#providers.at(-1);
    if (Object.hasOwn(prototype, name)) throw new Error(`The provider has a method ${name} already.`);
    this.#handlersInLast++;
    const descriptor = { value: handler, writable: true, enumerable: false, configurable: true };
    Object.defineProperty(prototype, name, descriptor);
    // As TypeScript leaves it under every decorated method.
    Reflect.defineMetadata('design:type', Function, prototype, name);
    Reflect.defineMetadata('design:paramtypes', [Object], prototype, name);
    Reflect.defineMetadata('design:returntype', undefined, prototype, name);
    decorate(prototype, name, descriptor);
  }

  /**
   * @param imports what the root module imports beside those of the handlers
   * @param decorateModule does what decorators of each of those modules do
   */
  start(imports = [], decorateModule = () => {}) {
    const modules = [];
    for (let at = 0; at < this.#providers.length; at += this.#providersPerModule) {
      const module = moduleOf({ providers: this.#providers.slice(at, at + this.#providersPerModule) });
      decorateModule(module);
      modules.push(module);
    }
    return startApp(moduleOf({ imports: [...imports, ...modules] }));
  }
}

/** Starts an application that listens to nothing, as command lines and workers are. */
export function startApp(rootModule) {
  return NestFactory.createApplicationContext(rootModule, { logger: LOGGER, abortOnError: false });
}

/** A provider that has a bus injected, and its module. */
export function emitterModule(busType) {
  class Emitter {
    constructor(bus) {
      this.bus = bus;
    }
  }
  Injectable()(Emitter);
  Reflect.defineMetadata('design:paramtypes', [busType], Emitter);
  return { Emitter, module: moduleOf({ providers: [Emitter] }) };
}

export function moduleOf(metadata) {
  class BenchmarkModule {}
  Module(metadata)(BenchmarkModule);
  return BenchmarkModule;
}

function providerType() {
  class Provider {}
  Injectable()(Provider);
  return Provider;
}
