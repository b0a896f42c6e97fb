import type { GatedOptions, TopicLike } from '../core/index.js';
import { checkHandler, isObject } from './check-handler.js';
import { InvalidHandlerError } from './errors.js';
import { inheritedDeclarations } from './inherited-declarations.js';

/**
 * That a method handles the events of one pattern: what `@OnEvent` leaves on a class, and what a library that doesn't import
 * this package may leave there itself.
 */
export interface HandlerDeclaration {
  readonly method: string | symbol;
  readonly pattern: TopicLike;
  readonly options?: GatedOptions<never> | undefined;
}

/** On the prototype of each class that declares handlers: the list of its own declarations. The name is public. */
const DECLARATIONS = Symbol.for('nestjs-event-bus:handlers');

/** Those from elsewhere that need no check any more. */
const checked = new WeakSet<object>();

/** One that was checked before it was declared. */
class CheckedDeclaration implements HandlerDeclaration {
  readonly method: string | symbol;
  readonly pattern: TopicLike;
  readonly options: GatedOptions<never> | undefined;
  // No WeakMap: thousands of entries in one make each garbage collection of the start longer.
  readonly #met: object;
  readonly #written: object;

  constructor({ method, pattern, options }: HandlerDeclaration, met: object, written: object) {
    this.method = method;
    this.pattern = pattern;
    this.options = options;
    this.#met = met;
    this.#written = written;
  }

  static isOne(value: object): value is CheckedDeclaration {
    return #met in value;
  }

  /** The functions that stood for the method when it was declared: other decorators may put theirs in its place. */
  get guises(): readonly object[] {
    return this.#written === this.#met ? [this.#met] : [this.#written, this.#met];
  }
}

/** The method as it was written, and as its `@OnEvent` met it; nothing of one that was declared without. */
export function guisesOf(declaration: HandlerDeclaration): readonly object[] {
  return CheckedDeclaration.isOne(declaration) ? declaration.guises : [];
}

/**
 * Adds a declaration, which has been checked, to the class of a prototype.
 *
 * @param met the function that stands for the method just now. The class itself has the one that was written until all
 * decorators of the method have run
 */
export function declareHandler(prototype: object, declaration: HandlerDeclaration, met: object): void {
  const written: unknown = Object.getOwnPropertyDescriptor(prototype, declaration.method)?.value;
  const added = new CheckedDeclaration(declaration, met, typeof written === 'function' ? written : met);
  const own = ownDeclarations(prototype);
  if (own.length > 0) return void (own as HandlerDeclaration[]).push(added);
  // Writable, so that a subclass can assign a list of its own.
  Object.defineProperty(prototype, DECLARATIONS, { value: [added], writable: true });
}

/**
 * The handlers of the objects that have this prototype, inherited ones included.
 *
 * @throws InvalidHandlerError for a declaration that can't be used
 */
export function handlersOf(prototype: object | null): readonly HandlerDeclaration[] {
  return inheritedDeclarations(prototype, ownDeclarations);
}

/** Reads no accessor, so that any object can be asked. */
function ownDeclarations(prototype: object): readonly HandlerDeclaration[] {
  const property = Object.getOwnPropertyDescriptor(prototype, DECLARATIONS);
  if (property === undefined) return [];
  const list: unknown = property.value;
  if (!Array.isArray(list)) throw unusable(prototype, undefined, 'it must be a list.');
  for (const each of list as unknown[]) check(prototype, each);
  return list as readonly HandlerDeclaration[];
}

/** Holds against the documented shape what did not come from `@OnEvent`. */
function check(prototype: object, declaration: unknown): asserts declaration is HandlerDeclaration {
  if (!isObject(declaration)) throw unusable(prototype, undefined, 'each entry must be an object.');
  if (CheckedDeclaration.isOne(declaration) || checked.has(declaration)) return;
  const { method, pattern, options = {}, ...rest } = declaration as HandlerDeclaration;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw unusable(prototype, method, `an entry has no "${unknown}", only method, pattern and options.`);
  }
  if (!isMethod(prototype, method)) {
    throw unusable(prototype, method, '"method" must be the name of a method of the class.');
  }
  checkHandler(pattern, options, (...why) => unusable(prototype, method, ...why));
  checked.add(declaration);
}

function isMethod(prototype: object, name: unknown): boolean {
  if (typeof name !== 'string' && typeof name !== 'symbol') return false;
  for (
    let level: object | null = prototype;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    const property = Object.getOwnPropertyDescriptor(level, name);
    if (property !== undefined) return typeof property.value === 'function';
  }
  return false;
}

function unusable(
  prototype: object,
  method: unknown,
  reason: string,
  options?: ErrorOptions,
): InvalidHandlerError {
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name = typeof type === 'function' ? type.name : 'an object';
  const handler =
    typeof method === 'string' || typeof method === 'symbol' ? `${name}.${String(method)}` : name;
  return new InvalidHandlerError(handler, reason, {
    ...options,
    subject: "Symbol.for('nestjs-event-bus:handlers')",
  });
}
