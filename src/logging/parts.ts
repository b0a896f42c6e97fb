import { types } from 'node:util';
import { REDACTED } from './mask-secrets.js';
import type { IsSecret } from './secret-names.js';

/** What stands for what was not looked at. */
export const HIDDEN = {
  proxy: '[Redacted: a proxy]',
  getter: '[Redacted: a getter]',
  unread: '[Redacted: too much to look through]',
  strange: "[Redacted: can't be looked at]",
} as const;

/** An entry of an object: a property, an item of a set, or a key or a value of a map. */
export interface Part {
  /** A property's key; undefined in maps and sets. */
  readonly key: PropertyKey | undefined;
  readonly isEnumerable: boolean;
  /** Under which name it stands, for paths; undefined for keys of maps. */
  readonly name: string | undefined;
  readonly value: unknown;
  /** What stands for it in any case. */
  readonly instead: string | undefined;
}

/** All own parts, also those that aren't enumerable. No getter is run but the engine's own, of an error's stack. */
export function partsOf(value: object, isSecret: IsSecret): Part[] {
  if (types.isMap(value)) return [...entriesOf(value)].flatMap((entry) => partsOfEntry(entry, isSecret));
  if (types.isSet(value)) {
    return [...itemsOf(value)].map((item, at) => inside(String(at), item, undefined));
  }
  const isList = Array.isArray(value);
  const told = toldSecret(value, isSecret);
  return Reflect.ownKeys(value)
    .filter((key) => !isList || key !== 'length')
    .map((key) => {
      const name = typeof key === 'symbol' ? (key.description ?? '') : key;
      const property = Object.getOwnPropertyDescriptor(value, key)!;
      const isHidden = key === told || (!(isList && INDEX.test(name)) && isSecret(name));
      const isRead = 'value' in property || isOwnStack(value, key, property);
      return {
        key,
        isEnumerable: property.enumerable === true,
        name,
        value: 'value' in property ? property.value : isRead ? Reflect.get(value, key) : undefined,
        instead: isHidden ? REDACTED : isRead ? undefined : HIDDEN.getter,
      };
    });
}

/** An empty copy, with the original's prototype: a class instance stays one, so that what it keeps from JSON is kept from it. */
export function emptyCopy(value: object): object {
  const copy = types.isMap(value)
    ? new Map()
    : types.isSet(value)
      ? new Set()
      : Array.isArray(value)
        ? []
        : {};
  const prototype = Object.getPrototypeOf(value) as object | null;
  return Object.getPrototypeOf(copy) === prototype
    ? copy
    : (Object.setPrototypeOf(copy, prototype) as object);
}

/** Puts parts into an empty copy, in the order in which {@link partsOf} gave them. */
export function fill(copy: object, original: object, parts: readonly Part[]): void {
  if (types.isMap(copy)) {
    for (let at = 0; at < parts.length; at += 2) {
      Map.prototype.set.call(copy, parts[at]!.value, parts[at + 1]!.value);
    }
  } else if (types.isSet(copy)) {
    for (const { value } of parts) Set.prototype.add.call(copy, value);
  } else {
    if (Array.isArray(copy)) copy.length = (original as unknown[]).length;
    for (const { key, isEnumerable, value } of parts) {
      const property = { value, enumerable: isEnumerable, writable: true, configurable: true };
      Object.defineProperty(copy, key!, property);
    }
  }
}

const INDEX = /^\d+$/;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

function partsOfEntry([key, value]: readonly [unknown, unknown], isSecret: IsSecret): Part[] {
  const name = typeof key === 'string' ? key : typeof key === 'number' ? String(key) : '';
  return [inside(undefined, key, undefined), inside(name, value, isSecret(name) ? REDACTED : undefined)];
}

function inside(name: string | undefined, value: unknown, instead: string | undefined): Part {
  return { key: undefined, isEnumerable: true, name, value, instead };
}

/** The key of a part whose name stands beside it: `['Authorization', '…']`, `{ name: 'Authorization', value: '…' }`, as headers have it. */
export function toldSecret(value: object, isSecret: IsSecret): string | undefined {
  const isNamed = (key: string): boolean => {
    const name = Object.getOwnPropertyDescriptor(value, key)?.value as unknown;
    return typeof name === 'string' && isSecret(name);
  };
  if (Array.isArray(value)) return value.length === 2 && isNamed('0') ? '1' : undefined;
  return isNamed('name') || isNamed('key') ? 'value' : undefined;
}

/** In newer versions of Node an error's stack is a getter of the engine's. */
function isOwnStack(value: object, key: PropertyKey, property: PropertyDescriptor): boolean {
  if (key !== 'stack' || !('get' in property) || !types.isNativeError(value)) return false;
  const getter: unknown = Reflect.get(property, 'get');
  return typeof getter === 'function' && NATIVE.test(Function.prototype.toString.call(getter));
}

function entriesOf(map: ReadonlyMap<unknown, unknown>): Iterable<[unknown, unknown]> {
  return Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>;
}

function itemsOf(set: ReadonlySet<unknown>): Iterable<unknown> {
  return Set.prototype.values.call(set) as Iterable<unknown>;
}
