import type { Owner } from '../owner.js';
import { Retained } from '../history/retained.js';
import type { Router } from './router.js';

/** A place with a registry of its own: the root's, or a child's, whose events reach its parents after itself. */
export class Scope {
  readonly children = new Map<string, Scope>();
  /** The bus of this scope that each owner was given, so that asking again answers the same object. */
  readonly views = new WeakMap<Owner, unknown>();
  /** What was retained of the events that were heard here. */
  readonly retained = new Retained();
  /** The names from the outermost scope to this one, joined by `/`; undefined for the root. */
  readonly path: string | undefined;
  closed = false;

  constructor(
    readonly router: Router,
    readonly parent: Scope | undefined,
    private readonly name: string | undefined,
  ) {
    this.path = parent?.path === undefined ? name : `${parent.path}/${name}`;
  }

  /** Whether events emitted in the scope of that path are heard here: it is this one, or below it. */
  hears(path: string | undefined): boolean {
    const own = this.path;
    return own === undefined || path === own || path?.startsWith(`${own}/`) === true;
  }

  /** This scope and every one below it. */
  *tree(): Generator<Scope> {
    yield this;
    for (const child of this.children.values()) yield* child.tree();
  }

  /** Frees the scope and those below it: their subscriptions end. Answers whether it was open. */
  close(): boolean {
    if (this.closed) return false;
    for (const child of [...this.children.values()]) child.close();
    this.closed = true;
    for (const subscription of [...this.router]) subscription.unsubscribe();
    if (this.name !== undefined) this.parent?.children.delete(this.name);
    return true;
  }
}

/** The scope of that path or, where it was closed meanwhile, its nearest open parent. */
export function scopeAt(root: Scope, path: string | undefined): Scope {
  let scope = root;
  for (const name of path?.split('/') ?? []) {
    const child = scope.children.get(name);
    if (child === undefined) break;
    scope = child;
  }
  return scope;
}
