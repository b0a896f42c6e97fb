import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { BusWarning, RawHandler } from '../core/index.js';
import type { BusHost } from './bus-host.js';
import { InvalidHandlerError } from './errors.js';
import { type DeafHandlers, explore, type HandlerHost } from './explorer.js';
import type { Owners } from './owners.js';
import { classOf } from './wrappers.js';

/** Subscribes what the explorer finds, and warns of what will surprise. */
export function subscribeHandlers({ root, gate }: BusHost, modules: ModulesContainer, owners: Owners): void {
  const { hosts, deaf } = explore(modules);
  for (const { instance, type, wrapper, module, handlers } of hosts) {
    const bus = root.as(owners.of(wrapper, module, type.name));
    const bound = new Map<string | symbol, RawHandler>();
    const early = new Set(handlers.filter(({ options }) => options?.early).map(({ method }) => method));
    for (const { method, pattern, options } of handlers) {
      // One function for a method: by it the bus knows that an event that matches twice is delivered once.
      let handler = bound.get(method);
      if (handler === undefined) bound.set(method, (handler = bind(instance, method)));
      // Early for one pattern is early for all: else an event that matches two would come early and once more at the start.
      gate.on(bus, pattern, handler, { ...options, early: early.has(method) });
    }
  }
  gate.openEarly();
  for (const warning of [...twins(hosts), ...deaf.map(deafWarning)]) root.warn(warning);
}

/**
 * The method as a function of its own, resolved once: an own function of the object, such as a spy, goes before the class's.
 * Its length, which decides whether it gets a context, is the declared one even where another decorator wrapped the method.
 */
function bind(instance: object, method: string | symbol): RawHandler {
  const original: unknown = Reflect.get(instance, method);
  if (!isFunction(original)) {
    throw new InvalidHandlerError(
      `${instance.constructor.name}.${nameOf(method)}`,
      'the object has something else than a method under that name.',
    );
  }
  const handler = original.bind(instance);
  const declared = Reflect.getMetadata('design:paramtypes', instance, method) as unknown[] | undefined;
  Object.defineProperty(handler, 'name', { value: nameOf(method) });
  Object.defineProperty(handler, 'length', { value: Math.max(original.length, declared?.length ?? 0) });
  return handler;
}

function isFunction(value: unknown): value is RawHandler {
  return typeof value === 'function';
}

function nameOf(method: string | symbol): string {
  return typeof method === 'symbol' ? `[${method.description ?? ''}]` : method;
}

/** A class of which Nest made several objects: seldom meant, and each of them gets every event. */
function twins(hosts: readonly HandlerHost[]): BusWarning[] {
  const byClass = new Map<Type<unknown>, HandlerHost[]>();
  for (const host of hosts) {
    if (classOf(host.wrapper) !== undefined)
      byClass.set(host.type, [...(byClass.get(host.type) ?? []), host]);
  }
  return [...byClass]
    .filter(([, same]) => same.length > 1)
    .map(([type, same]) => ({
      code: 'EVENT_BUS_HANDLERS_TWICE',
      message:
        `${type.name} was instantiated ${same.length} times (in ${same.map(({ module }) => module).join(', ')}), so each of ` +
        'its handlers gets every event as many times. Provide it in one module, and export and import it from there.',
    }));
}

function deafWarning({ type, module, handlers, reason }: DeafHandlers): BusWarning {
  const labels = new Set(handlers.map(({ method }) => `${module}/${type.name}.${nameOf(method)}`));
  return {
    code: 'EVENT_BUS_HANDLER_NOT_CALLED',
    message: `${[...labels].join(', ')} will never be called: ${reason}. Move it to a provider of default scope.`,
  };
}
