import type { TopicLike } from '../../core/index.js';
import { inheritedDeclarations } from '../inherited-declarations.js';
import type { StepRetryOptions } from './step-options.js';
import type { Need } from './step.js';

/** What `@StartupStep()` says of a method. */
export interface StepDeclaration {
  readonly method: string | symbol;
  readonly emits: TopicLike | undefined;
  readonly after: readonly Need[];
  /** ms, of each attempt */
  readonly timeout: number;
  readonly retry: false | StepRetryOptions;
  readonly optional: boolean;
}

/** On the prototype of each class that declares steps: the list of its own. By this name, all copies of the package agree. */
const DECLARATIONS = Symbol.for('nestjs-event-bus:startup-steps');

/** Adds a declaration to the class of a prototype. Answers whether the method had none before. */
export function declareStep(prototype: object, declaration: StepDeclaration): boolean {
  const own = ownDeclarations(prototype);
  if (own.some(({ method }) => method === declaration.method)) return false;
  Object.defineProperty(prototype, DECLARATIONS, { value: [...own, declaration], configurable: true });
  return true;
}

/** The steps of the objects that have this prototype, inherited ones included. */
export function stepsOf(prototype: object | null): readonly StepDeclaration[] {
  return inheritedDeclarations(prototype, ownDeclarations);
}

function ownDeclarations(prototype: object): readonly StepDeclaration[] {
  const own: unknown = Object.getOwnPropertyDescriptor(prototype, DECLARATIONS)?.value;
  return (own as readonly StepDeclaration[] | undefined) ?? [];
}
