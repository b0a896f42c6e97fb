import type { Type } from '@nestjs/common';
import { type Direction, type Rights, toPattern, type TopicLike } from '../core/index.js';
import { InvalidPermissionError } from './errors.js';

/** Where a class keeps what it declares. By these names, all copies of the package agree. */
const KEYS = {
  emits: Symbol.for('nestjs-event-bus:emits'),
  listens: Symbol.for('nestjs-event-bus:listens'),
} as const;

/** How each direction is declared. */
export const DECORATORS = { emits: '@Emits', listens: '@Listens' } as const;

/**
 * What `@Emits` and `@Listens` on a module or a provider say that it may emit and hear. Inherited, unless the class says
 * something itself; a direction that neither declares is left out.
 */
export function declaredRights(type: Type<unknown>): Rights {
  const emits = declared(type, 'emits');
  const listens = declared(type, 'listens');
  return { ...(emits && { emits }), ...(listens && { listens }) };
}

function declared(type: Type<unknown>, direction: Direction): readonly string[] | undefined {
  return Reflect.getMetadata(KEYS[direction], type) as readonly string[] | undefined;
}

/** Adds patterns to what a class itself declares. @throws InvalidPermissionError */
export function declareRights(target: unknown, direction: Direction, patterns: readonly TopicLike[]): void {
  const decorator = `${DECORATORS[direction]}()`;
  if (typeof target !== 'function') {
    throw new InvalidPermissionError(
      decorator,
      placeOf(target),
      'it belongs on the class, not on a member of it.',
    );
  }
  const own = (Reflect.getOwnMetadata(KEYS[direction], target) as readonly string[] | undefined) ?? [];
  const added = patterns.map((pattern) => sourceOf(pattern, decorator, target.name));
  const all = [...new Set([...added, ...own])]; // decorators run from the lowest up
  Reflect.defineMetadata(KEYS[direction], Object.freeze(all), target);
}

function sourceOf(pattern: TopicLike | undefined, decorator: string, name: string): string {
  try {
    return toPattern(pattern as TopicLike).source;
  } catch (error) {
    const circle =
      pattern === undefined
        ? ' Files that import each other in a circle do that: define the event in a file of its own.'
        : '';
    throw new InvalidPermissionError(decorator, name, `${(error as Error).message}.${circle}`, {
      cause: error,
    });
  }
}

function placeOf(target: unknown): string {
  const type = (target as { readonly constructor?: { readonly name: string } } | null | undefined)
    ?.constructor;
  return type?.name ?? 'something that is no class';
}
