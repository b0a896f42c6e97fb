import type { Type } from '@nestjs/common';
import {
  InvalidOptionError,
  isDefinition,
  PERMISSION_MODES,
  type PermissionMode,
  toPattern,
  type TopicLike,
} from '../core/index.js';
import { isObject } from './check-handler.js';

/** The host's cap on what a module may declare. For a module that declares nothing, it is what that module may do. */
export interface Grant {
  /** Patterns or definitions of what it may emit. @default what it declares */
  readonly emits?: readonly TopicLike[];
  /** Patterns or definitions of what it may hear. @default what it declares */
  readonly listens?: readonly TopicLike[];
  /** It may inject `RootEventBus`, which may do anything. @default false */
  readonly root?: boolean;
}

/** The option `permissions` of `EventBusModule.forRoot()`, where it is more than a mode. */
export interface PermissionOptions {
  /** @default 'declared' */
  mode?: PermissionMode;
  /** Modules with what they are granted; several grants to one module narrow each other. @default [] */
  grants?: readonly (readonly [module: Type<unknown>, grant: Grant])[];
}

export interface ResolvedGrant {
  readonly module: Type<unknown>;
  readonly emits: readonly string[] | undefined;
  readonly listens: readonly string[] | undefined;
  readonly root: boolean;
}

export interface ResolvedPermissions {
  readonly mode: PermissionMode;
  readonly grants: readonly ResolvedGrant[];
}

const WHERE = 'EventBusModule.forRoot()';

/** @throws InvalidOptionError */
export function resolvePermissions(option: PermissionMode | PermissionOptions = {}): ResolvedPermissions {
  const { mode = 'declared', grants = [] } = isObject(option)
    ? known('permissions', option, ['mode', 'grants'])
    : { mode: option };
  if (!PERMISSION_MODES.includes(mode)) {
    const expected = `one of ${PERMISSION_MODES.join(', ')}`;
    throw isObject(option)
      ? unusable('permissions.mode', mode, expected)
      : unusable('permissions', option, `${expected}, or an object with mode and grants`);
  }
  if (!Array.isArray(grants))
    throw unusable('permissions.grants', grants, 'a list of [Module, { emits, listens }]');
  return {
    mode,
    grants: (grants as readonly unknown[]).map((each, at) => resolveGrant(each, `permissions.grants[${at}]`)),
  };
}

function resolveGrant(pair: unknown, where: string): ResolvedGrant {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'function' || !isObject(pair[1])) {
    throw unusable(where, pair, 'a pair [Module, { emits, listens }], the class of the module first');
  }
  const { emits, listens, root = false } = known(where, pair[1] as Grant, ['emits', 'listens', 'root']);
  if (typeof root !== 'boolean') throw unusable(`${where}.root`, root, 'a boolean');
  return {
    module: pair[0] as Type<unknown>,
    emits: patterns(`${where}.emits`, emits),
    listens: patterns(`${where}.listens`, listens),
    root,
  };
}

function patterns(where: string, given: readonly TopicLike[] | undefined): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw unusable(where, given, 'a list of patterns');
  return (given as readonly TopicLike[]).map((each) => {
    try {
      return toPattern(each).source;
    } catch (error) {
      throw unusable(
        where,
        isDefinition(each) ? each.topic : each,
        `a list of patterns: ${(error as Error).message}`,
      );
    }
  });
}

function known<T extends object>(where: string, value: T, names: readonly string[]): T {
  const stranger = Object.keys(value).find((name) => !names.includes(name));
  if (stranger === undefined) return value;
  throw new InvalidOptionError(
    `${where}.${stranger}`,
    value,
    `${WHERE} has no option "${where}.${stranger}". It knows ${names.map((name) => `${where}.${name}`).join(', ')}.`,
  );
}

function unusable(option: string, value: unknown, expected: string): InvalidOptionError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value;
  return new InvalidOptionError(
    option,
    value,
    `The option "${option}" of ${WHERE} must be ${expected}, not ${shown}.`,
  );
}
