import type { Type } from '@nestjs/common';
import { covers, type Declaration, type Direction, type Owner, type PermissionMode } from '../core/index.js';
import { declaredRights, DECORATORS } from './declared-rights.js';
import type { ResolvedGrant, ResolvedPermissions } from './permission-options.js';
import type { ModuleHost } from './wrappers.js';

const DIRECTIONS: readonly Direction[] = ['emits', 'listens'];

/** What modules and the classes in them may do: by their own decorators, and by the host's grants. */
export class ModuleRights {
  readonly mode: PermissionMode;
  readonly #grants: readonly ResolvedGrant[];
  /** By the module: what it declares and is granted. */
  readonly #ofModules = new WeakMap<ModuleHost, readonly Declaration[]>();
  readonly #known = new WeakMap<Type<unknown>, Map<string, readonly Declaration[]>>();

  constructor({ mode, grants }: ResolvedPermissions) {
    this.mode = mode;
    this.#grants = grants;
  }

  /**
   * The rights of a class in a module. The same object for the same class and modules, by which the bus knows what it has
   * judged; undefined where nothing is declared.
   *
   * @param hosts where it isn't known in which of several modules it stands, all of them: what each allows
   */
  of(hosts: readonly ModuleHost[], type: Type<unknown>): readonly Declaration[] | undefined {
    // Without a module, it is as in one that declares nothing.
    if (hosts.length === 0 && this.mode === 'strict') return undefined;
    const ofModules = hosts.flatMap((host) => this.#ofModule(host));
    const declared = hosts.some(({ metatype }) => metatype === type) ? {} : declaredRights(type);
    if (ofModules.length === 0 && !isSomething(declared)) return undefined;
    const key = hosts.map(({ id }) => id).join(' ');
    const ofClass = this.#known.get(type) ?? new Map<string, readonly Declaration[]>();
    this.#known.set(type, ofClass);
    let rights = ofClass.get(key);
    if (rights === undefined) {
      rights = Object.freeze([...ofModules, onClass(type, declared)].filter(isSomething));
      ofClass.set(key, rights);
    }
    return rights;
  }

  /** Whether what the module, or a class in it, does is held to anything. */
  govern({ metatype }: ModuleHost, type: Type<unknown> | undefined): boolean {
    if (this.mode === 'off') return false;
    return (
      this.mode === 'strict' ||
      isSomething(declaredRights(metatype)) ||
      this.#grantsTo(metatype).some(isSomething) ||
      (type !== undefined && isSomething(declaredRights(type)))
    );
  }

  /** Whether there may be anything that the owner must not do. */
  bind({ rights }: Owner): boolean {
    return this.mode === 'strict' || (this.mode !== 'off' && rights !== undefined);
  }

  /** Whether the module may emit the topic, or hear it. */
  concern(host: ModuleHost, topic: string): boolean {
    const declarations = this.#ofModule(host);
    return DIRECTIONS.some((direction) =>
      declarations.every((each) => each[direction]?.some((pattern) => covers(pattern, topic)) ?? true),
    );
  }

  /** Whether the host allows the module to inject `RootEventBus`. */
  grantRoot({ metatype }: ModuleHost): boolean {
    return this.#grantsTo(metatype).some(({ root }) => root);
  }

  /** What a module declares beyond its grants, in words. */
  excesses({ metatype, name }: ModuleHost): readonly string[] {
    if (this.mode === 'off') return [];
    const declared = declaredRights(metatype);
    return DIRECTIONS.flatMap((direction) => {
      const caps = this.#grantsTo(metatype).flatMap((grant) =>
        grant[direction] === undefined ? [] : [grant[direction]],
      );
      const beyond = (declared[direction] ?? []).filter(
        (pattern) => !caps.every((cap) => cap.some((granted) => covers(granted, pattern))),
      );
      if (beyond.length === 0) return [];
      return [
        `${name} declares ${DECORATORS[direction]}(${quoted(beyond)}), and is granted ${quoted(caps.flat()) || 'nothing'} there: ` +
          `what goes beyond the grant is ${this.mode === 'report' ? 'told, and let through' : 'refused'}.`,
      ];
    });
  }

  #ofModule(host: ModuleHost): readonly Declaration[] {
    let rights = this.#ofModules.get(host);
    if (rights === undefined) this.#ofModules.set(host, (rights = this.#declaredAndGranted(host)));
    return rights;
  }

  #declaredAndGranted({ metatype, name }: ModuleHost): readonly Declaration[] {
    const declared = declaredRights(metatype);
    const grants = this.#grantsTo(metatype);
    const direction = (which: Direction): readonly string[] | undefined => {
      const isGranted = grants.some((grant) => grant[which] !== undefined);
      return declared[which] ?? (this.mode === 'strict' && !isGranted ? [] : undefined);
    };
    return [
      onClass(metatype, { emits: direction('emits'), listens: direction('listens') }),
      ...grants.map(({ emits, listens }) => ({
        by: `the grant to ${name}`,
        emits,
        listens,
        line: grantLine(name),
      })),
    ].filter(isSomething);
  }

  /** A subclass of a module has its grants, too. */
  #grantsTo(type: Type<unknown>): readonly ResolvedGrant[] {
    return this.#grants.filter(({ module }) => type === module || type.prototype instanceof module);
  }
}

function onClass(type: Type<unknown>, { emits, listens }: Declaration): Declaration {
  const { name } = type;
  return {
    by: name,
    emits,
    listens,
    line: (direction, patterns) => `${DECORATORS[direction]}(${quoted(patterns)}) on ${name}`,
  };
}

function grantLine(module: string): NonNullable<Declaration['line']> {
  return (direction, patterns) =>
    `[${module}, { ${direction}: [${quoted(patterns)}] }] in the grants of forRoot()`;
}

function isSomething({ emits, listens }: Pick<Declaration, 'emits' | 'listens'>): boolean {
  return emits !== undefined || listens !== undefined;
}

function quoted(patterns: readonly string[]): string {
  return patterns.map((each) => `'${each}'`).join(', ');
}
