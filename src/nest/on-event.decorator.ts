import type {
  DataFor,
  EventMap,
  GatedOptions,
  HandlerContext,
  OnEventMethod,
  PatternArgument,
  TopicHint,
  TopicLike,
} from '../core/index.js';
import { checkHandler } from './check-handler.js';
import { InvalidHandlerError } from './errors.js';
import { declareHandler } from './handler-declaration.js';

/** Options of `@OnEvent`: those of `bus.on`, but for `weak`, and `early`. */
export type OnEventOptions<T = unknown> = Omit<GatedOptions<T>, 'weak'>;

/**
 * Makes a method of a provider or a controller a handler of every event that matches. It is called with the data, the
 * event and, if it declares a third parameter, a `HandlerContext`; events from before the application has started are
 * held until every `onModuleInit` has run, unless `early` is set.
 *
 * Several patterns, and several `@OnEvent` on one method, add up; an event that matches several of them comes once. (Each
 * pattern is a subscription of its own: `once` ends each after its first event.) Inherited methods count, overriding ones
 * only with an `@OnEvent` of their own. Inside `applyDecorators()` the compiler can't check the method's parameters.
 *
 * @param pattern a topic, a pattern with wildcards, the definition of an event, or a list of these
 * @throws InvalidHandlerError when the class is defined, for a pattern or an option that can't be used, and on anything
 * but a method of instances
 */
export function OnEvent<const P extends TopicHint<EventMap>>(
  pattern: PatternArgument<EventMap, P> | readonly PatternArgument<EventMap, P>[],
  options?: OnEventOptions<DataFor<EventMap, P>>,
): OnEventMethod<EventMap, P, HandlerContext>;
export function OnEvent(
  pattern: TopicLike | readonly TopicLike[],
  options?: OnEventOptions<never>,
): MethodDecorator {
  const patterns = isList(pattern) ? [...pattern] : [pattern];
  return (target: object, method: string | symbol | undefined, descriptor?: PropertyDescriptor) => {
    if (typeof method === 'object') throw standardDecorator(method);
    // By the compiler's leave: `OnEventMethod` has a call for classes, which `applyDecorators` asks for.
    if (method === undefined) throw onClass(target);
    const handler = describe(target, method);
    const met = assertInstanceMethod(handler, target, descriptor);
    if (patterns.length === 0) throw new InvalidHandlerError(handler, 'the list of patterns is empty.');
    for (const each of patterns) {
      checkHandler(each, options, (...why) => new InvalidHandlerError(handler, ...why));
      declareHandler(target, { method, pattern: each, options }, met);
    }
  };
}

function isList(pattern: TopicLike | readonly TopicLike[]): pattern is readonly TopicLike[] {
  return Array.isArray(pattern);
}

function assertInstanceMethod(
  handler: string,
  target: object,
  descriptor: PropertyDescriptor | undefined,
): object {
  if (typeof target === 'function') {
    throw new InvalidHandlerError(
      handler,
      'a static method belongs to no provider. Make it a method of instances.',
    );
  }
  const method: unknown = descriptor?.value;
  if (typeof method === 'function') return method;
  throw new InvalidHandlerError(
    handler,
    'only methods can handle events, not properties and accessors. Write a method that calls it.',
  );
}

/** @param context what the compiler gives to a standard decorator in place of the method's name */
function standardDecorator(context: { readonly name: unknown }): InvalidHandlerError {
  return new InvalidHandlerError(
    String(context.name),
    'it was applied as a standard decorator. Nest needs the other kind: set "experimentalDecorators" in tsconfig.json.',
  );
}

function onClass(target: object): InvalidHandlerError {
  return new InvalidHandlerError(
    (target as { readonly name: string }).name,
    'it stands on the class. Put it on the methods that handle the events.',
  );
}

function describe(target: object, method: string | symbol): string {
  const type = typeof target === 'function' ? target : target.constructor;
  return `${type.name}.${String(method)}`;
}
