import type { Type } from '@nestjs/common';
import type { BusEvent, RawHandler } from '../core/index.js';
import { callEnhanced } from './enhanced-call.js';
import { declaredEnhancers, EnhancerSet } from './enhancers.js';
import { InvalidHandlerError } from './errors.js';
import type { HandlerHost } from './explorer.js';
import { guisesOf } from './handler-declaration.js';
import type { ScopedInjector } from './scoped-injector.js';
import { classOf, slotOf } from './wrappers.js';

/** Decorators of parameters leave their metadata here, their pipes included. */
const PARAMETERS = '__routeArguments__';

/**
 * Makes a function of a method, to be subscribed as any other. A singleton's method without enhancers is only bound; for
 * others an instance, or enhancers, may have to be made first, so that the call is asynchronous.
 *
 * @throws InvalidHandlerError
 */
export async function handlerFunction(
  host: HandlerHost,
  method: string | symbol,
  injector: ScopedInjector,
): Promise<RawHandler> {
  const { instance, prototype } = host;
  const original = methodOf(host, instance ?? prototype, method);
  const enhancers = await enhancersOf(host, method, injector);
  const isPlain = instance !== undefined && enhancers === undefined;
  const handler = isPlain ? original.bind(instance) : assembled(host, method, enhancers, injector);
  // The length, which decides whether there is a context, is the declared one even where a decorator wrapped the method.
  const length = Math.max(
    original.length,
    parametersOf(host, method).length,
    enhancers === undefined ? 0 : 3,
  );
  Object.defineProperty(handler, 'name', { value: nameOf(method) });
  Object.defineProperty(handler, 'length', { value: length });
  return handler;
}

/** A method's name as it stands in labels. */
export function nameOf(method: string | symbol): string {
  return typeof method === 'symbol' ? `[${method.description ?? ''}]` : method;
}

function assembled(
  host: HandlerHost,
  method: string | symbol,
  enhancers: EnhancerSet | undefined,
  injector: ScopedInjector,
): RawHandler {
  const { wrapper, prototype, type } = host;
  const slot = slotOf(wrapper);
  const scoped = [...(host.instance === undefined ? [slot] : []), ...(enhancers?.scoped ?? [])];
  const handlerMethod = methodOf(host, prototype, method);
  const [dataType] = parametersOf(host, method);
  return async (data: unknown, event: BusEvent, context: unknown) => {
    const tree = scoped.length === 0 ? undefined : injector.open(event, scoped);
    const target = host.instance ?? ((await injector.load(slot, tree!)) as object);
    const invoke = (value: unknown): unknown =>
      methodOf(host, target, method).call(target, value as never, event as never, context as never);
    if (enhancers === undefined) return invoke(data);
    const args = [data, event, context] as const;
    return callEnhanced(await enhancers.in(tree), { args, type, method: handlerMethod, dataType, invoke });
  };
}

/** @throws InvalidHandlerError for an enhancer that can't be asked: without it, the handler would be open */
async function enhancersOf(
  host: HandlerHost,
  method: string | symbol,
  injector: ScopedInjector,
): Promise<EnhancerSet | undefined> {
  const { wrapper, prototype, type, handlers } = host;
  const fail = (...why: [string, ErrorOptions?]): Error => unusable(host, method, ...why);
  const parameters = Reflect.getMetadata(PARAMETERS, type, method) as Record<string, Parameter> | undefined;
  if (Object.values(parameters ?? {}).some(({ pipes }) => pipes !== undefined && pipes.length > 0)) {
    throw fail('a pipe stands on a parameter, where events don’t meet it. Put @UsePipes() on the method.');
  }
  const isController = slotOf(wrapper).collection === wrapper.host!.controllers;
  const classes = isController ? [] : [type, classOf(wrapper) ?? type];
  const guises = handlers.filter((each) => each.method === method).flatMap(guisesOf);
  const declared = declaredEnhancers(classes, [...guises, methodOf(host, prototype, method)]);
  return declared && EnhancerSet.resolve(declared, wrapper.host!, injector, fail);
}

interface Parameter {
  readonly pipes?: readonly unknown[];
}

/** An own function of an object, such as a spy, goes before the class's. */
function methodOf(host: HandlerHost, target: object, method: string | symbol): RawHandler {
  const value: unknown = Reflect.get(target, method);
  if (typeof value === 'function') return value as RawHandler;
  throw unusable(host, method, 'the object has something else than a method under that name.');
}

function parametersOf({ prototype }: HandlerHost, method: string | symbol): readonly Type<unknown>[] {
  return (Reflect.getMetadata('design:paramtypes', prototype, method) as Type<unknown>[] | undefined) ?? [];
}

function unusable(
  { type }: HandlerHost,
  method: string | symbol,
  reason: string,
  options?: ErrorOptions,
): InvalidHandlerError {
  return new InvalidHandlerError(`${type.name}.${nameOf(method)}`, reason, options);
}
