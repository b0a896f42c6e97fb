import { types } from 'node:util';

/** Whether an object has nothing to look into: dates, bytes, promises and the like. */
export function isOpaque(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isArrayBufferView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isExternal(value)
  );
}

/** An object that is a text in another form. */
interface TextForm {
  readonly text: string;
  /** Of another text, or that text where it is none. */
  of(text: string): unknown;
}

/** URLs and their queries; undefined for everything else. Runs none of the value's code. */
export function textForm(value: object): TextForm | undefined {
  for (const kind of [URL, URLSearchParams]) {
    if (!isMadeBy(value, kind.prototype)) continue;
    try {
      const text = kind.prototype.toString.call(value);
      return { text, of: (other) => made(kind, other) };
    } catch {
      return undefined; // it has the prototype, and is none
    }
  }
  return undefined;
}

function made(kind: new (text: string) => object, text: string): unknown {
  try {
    return new kind(text);
  } catch {
    return text;
  }
}

/** As `instanceof`, but without asking a proxy. */
function isMadeBy(value: object, prototype: object): boolean {
  let at: unknown = value;
  while (typeof at === 'object' && at !== null && !types.isProxy(at)) {
    at = Object.getPrototypeOf(at);
    if (at === prototype) return true;
  }
  return false;
}
