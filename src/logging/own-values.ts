import { types } from 'node:util';

/** A value's parts, read without running any code of its own: getters are named, and what hides behind a proxy is not seen. */
export function* ownEntries(value: object): Generator<[key: string, value: unknown]> {
  if (types.isProxy(value)) return;
  if (types.isMap(value)) {
    for (const [key, item] of Map.prototype.entries.call(value) as Iterable<[unknown, unknown]>) {
      yield [typeof key === 'object' && key !== null ? '[an object]' : String(key), item];
    }
  } else if (types.isSet(value) || Array.isArray(value)) {
    let at = 0;
    for (const item of elements(value)) yield [String(at++), item];
  } else {
    for (const key of Object.keys(value)) yield [key, ownValue(value, key)];
  }
}

/** The elements of a list or a set, one after another, as {@link ownEntries} gives them. */
export function* elements(list: readonly unknown[] | ReadonlySet<unknown>): Generator {
  if (Array.isArray(list)) for (let at = 0; at < list.length; at++) yield ownValue(list, at);
  else yield* Set.prototype.values.call(list) as Iterable<unknown>;
}

/** How many entries there are; as the built-in says, not what a subclass makes of it. */
export function sizeOf(value: object): number {
  if (types.isMap(value)) return Reflect.get(Map.prototype, 'size', value);
  if (types.isSet(value)) return Reflect.get(Set.prototype, 'size', value);
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function ownValue(value: object, key: PropertyKey): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property === undefined || 'value' in property ? property?.value : '[getter]';
}
