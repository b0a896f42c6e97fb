import type { GatedOptions, TopicLike } from '../core/index.js';

/** What one `@OnEvent` says of one method, for one pattern. */
export interface HandlerDeclaration {
  readonly method: string | symbol;
  readonly pattern: TopicLike;
  readonly options: GatedOptions<never>;
}

/** On each class that declares handlers: its own declarations, in the order of its methods. */
const DECLARATIONS = Symbol.for('nestjs-event-bus:handlers');

/** Adds a declaration to the class of a prototype. */
export function declareHandler(prototype: object, declaration: HandlerDeclaration): void {
  const own = ownDeclarations(prototype);
  if (own.length > 0) return void (own as HandlerDeclaration[]).push(declaration);
  Object.defineProperty(prototype, DECLARATIONS, { value: [declaration] });
}

/**
 * The handlers of the objects that have this prototype, inherited ones included. A declaration belongs to the method that it
 * stands on: a subclass that overrides the method without a declaration of its own takes it away, as with Nest's decorators.
 */
export function handlersOf(prototype: object | null): readonly HandlerDeclaration[] {
  const handlers: HandlerDeclaration[] = [];
  const overriding: object[] = [];
  for (let level = prototype; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    for (const declaration of ownDeclarations(level)) {
      if (!overriding.some((below) => Object.hasOwn(below, declaration.method))) handlers.push(declaration);
    }
    overriding.push(level);
  }
  return handlers;
}

/** Reads no accessor, so that any object can be asked. */
function ownDeclarations(prototype: object): readonly HandlerDeclaration[] {
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, DECLARATIONS)?.value;
  return (value as readonly HandlerDeclaration[] | undefined) ?? [];
}
