import type { Type } from '@nestjs/common';
import type { BusEvent, RawHandler } from '../core/index.js';
import { callEnhanced } from './enhanced-call.js';
import {
  type DeclaredEnhancers,
  declaredEnhancers,
  EnhancerSet,
  hasEnhancers,
  parentOf,
} from './enhancers.js';
import { InvalidHandlerError } from './errors.js';
import type { HandlerHost } from './explorer.js';
import { guisesOf } from './handler-declaration.js';
import type { ScopedInjector } from './scoped-injector.js';
import { classOf, slotOf } from './wrappers.js';

/** Decorators of parameters leave their metadata here, their pipes included. */
const PARAMETERS = '__routeArguments__';

/** A function for each method of a host that handles events. */
export type HandlerFunctions = ReadonlyMap<string | symbol, RawHandler>;

/**
 * Makes functions of the methods, to be subscribed as any other: one for a method, by which the bus knows that an event that
 * matches twice is delivered once. A singleton's method without enhancers is only bound; for others an instance, or enhancers,
 * may have to be made first, so that the call is asynchronous.
 *
 * @throws InvalidHandlerError
 */
export async function handlerFunctions(
  host: HandlerHost,
  injector: ScopedInjector,
): Promise<HandlerFunctions> {
  const functions = new Map<string | symbol, RawHandler>();
  const classes = classesOf(host).filter(hasEnhancers);
  for (const [method, guises] of methodsOf(host)) {
    const declared = enhancersOf(host, method, classes, guises);
    const enhancers = declared && (await resolved(host, method, declared, injector));
    functions.set(method, handlerFunction(host, method, enhancers, injector));
  }
  return functions;
}

function handlerFunction(
  host: HandlerHost,
  method: string | symbol,
  enhancers: EnhancerSet | undefined,
  injector: ScopedInjector,
): RawHandler {
  const { instance, prototype } = host;
  const original = methodOf(host, instance ?? prototype, method);
  const isPlain = instance !== undefined && enhancers === undefined;
  const handler = isPlain ? original.bind(instance) : assembled(host, method, enhancers, injector);
  // The length, which decides whether there is a context, is the declared one even where a decorator wrapped the method.
  const length = Math.max(
    original.length,
    parametersOf(host, method).length,
    enhancers === undefined ? 0 : 3,
  );
  const name = nameOf(method);
  // To change either makes the function 200 bytes larger, so it is left alone where it is right: the bus overlooks a `bound `.
  if (!isPlain || original.name !== name) Object.defineProperty(handler, 'name', { value: name });
  if (handler.length !== length) Object.defineProperty(handler, 'length', { value: length });
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

/** Those on which enhancers count. */
function classesOf({ wrapper, type }: HandlerHost): readonly Type<unknown>[] {
  const isController = slotOf(wrapper).collection === wrapper.host!.controllers;
  return isController ? [] : [...new Set([type, classOf(wrapper) ?? type])];
}

/** The methods that handle events, each with all functions that stood for it when it was declared. */
function methodsOf({ handlers }: HandlerHost): ReadonlyMap<string | symbol, readonly object[]> {
  const methods = new Map<string | symbol, readonly object[]>();
  for (const handler of handlers) {
    const { method } = handler;
    const before = methods.get(method);
    methods.set(method, before === undefined ? guisesOf(handler) : [...before, ...guisesOf(handler)]);
  }
  return methods;
}

/**
 * @param classes those that have enhancers
 * @throws InvalidHandlerError for a pipe that would not be asked
 */
function enhancersOf(
  host: HandlerHost,
  method: string | symbol,
  classes: readonly Type<unknown>[],
  guises: readonly object[],
): DeclaredEnhancers | undefined {
  const { prototype, type } = host;
  if (Object.values(decoratedParameters(type, method)).some(({ pipes = [] }) => pipes.length > 0)) {
    throw unusable(
      host,
      method,
      'a pipe stands on a parameter, where events don’t meet it. Put @UsePipes() on the method.',
    );
  }
  const itself = methodOf(host, prototype, method);
  const methods = (guises.includes(itself) ? guises : [...guises, itself]).filter(hasEnhancers);
  return classes.length + methods.length === 0 ? undefined : declaredEnhancers(classes, methods);
}

/** @throws InvalidHandlerError for an enhancer that can't be asked: without it, the handler would be open */
function resolved(
  host: HandlerHost,
  method: string | symbol,
  declared: DeclaredEnhancers,
  injector: ScopedInjector,
): Promise<EnhancerSet> {
  const fail = (...why: [string, ErrorOptions?]): Error => unusable(host, method, ...why);
  return EnhancerSet.resolve(declared, host.wrapper.host!, injector, fail);
}

interface Parameter {
  readonly pipes?: readonly unknown[];
}

/** Those of the method, of whichever class declares them. What all functions inherit isn't asked, which would take as long again. */
function decoratedParameters(type: Type<unknown>, method: string | symbol): Record<string, Parameter> {
  for (
    let level: object | null = type;
    level !== null && level !== Function.prototype;
    level = parentOf(level)
  ) {
    const own = Reflect.getOwnMetadata(PARAMETERS, level, method) as Record<string, Parameter> | undefined;
    if (own !== undefined) return own;
  }
  return {};
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
