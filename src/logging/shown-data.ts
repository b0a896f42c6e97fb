import { types } from 'node:util';
import { maskedText, REDACTED } from './mask-secrets.js';
import { elements, ownEntries, sizeOf } from './own-values.js';
import type { Place, Redaction } from './redaction.js';
import { isEnd, placeBelow } from './redaction.js';

const MAX_DEPTH = 20;
/** How much of a key is shown. */
const MAX_KEY = 100;
/** What stands for an entry that there is no room for. */
const MORE = '…';

/** Plain data, for JSON. */
export type ShownData =
  null | boolean | number | string | undefined | ShownData[] | { [key: string]: ShownData };

/**
 * A copy of any value for a log: plain data, redacted, and of so many characters as JSON at most (but for the marks that tell
 * what was left out). Its work is bounded by that length, whatever the value is, and it runs none of the value's code: no
 * getter, no `toJSON`, no proxy's trap. Never throws.
 */
export function shownData(value: unknown, redaction: Redaction, maxLength: number): ShownData {
  try {
    return new Walk(redaction, maxLength).shown(value, redaction.top, 0);
  } catch {
    return "[something that can't be shown]";
  }
}

class Walk {
  readonly #above = new Set<object>();
  #left: number;

  constructor(
    private readonly redaction: Redaction,
    maxLength: number,
  ) {
    this.#left = maxLength;
  }

  shown(value: unknown, place: Place, depth: number): ShownData {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#spend(Number.isFinite(value) ? value : String(value));
      case 'boolean':
      case 'undefined':
        return this.#spend(value);
      case 'bigint':
        return this.#spend(shortNumber(value));
      case 'symbol':
        return this.#text(`[symbol ${value.description ?? ''}]`);
      case 'function':
        return this.#spend('[function]');
      default:
        return value === null ? this.#spend(null) : this.#object(value as object, place, depth);
    }
  }

  #object(value: object, place: Place, depth: number): ShownData {
    if (types.isProxy(value)) return this.#spend('[proxy]');
    if (this.#above.has(value)) return this.#spend('[circular]');
    const leaf = this.#leaf(value);
    if (leaf !== undefined) return leaf;
    if (depth === MAX_DEPTH)
      return this.#spend(Array.isArray(value) ? '[a list, too deep]' : '[an object, too deep]');
    this.#above.add(value);
    this.#left -= 2;
    const shown = this.#container(value, place, depth);
    this.#above.delete(value);
    return shown;
  }

  /** What has no parts to walk through, or none that are shown. */
  #leaf(value: object): ShownData | undefined {
    if (types.isDate(value)) return this.#spend(dateText(value));
    if (types.isRegExp(value)) return this.#text(RegExp.prototype.toString.call(value));
    if (types.isNativeError(value)) return this.#text(errorText(value));
    if (types.isBoxedPrimitive(value)) return this.shown(unboxed(value), [], 0);
    if (value instanceof URL) return this.#text(URL.prototype.toString.call(value));
    if (value instanceof URLSearchParams) return this.#text(URLSearchParams.prototype.toString.call(value));
    if (types.isArrayBufferView(value)) return this.#spend(`[${value.byteLength} bytes]`);
    if (types.isAnyArrayBuffer(value)) return this.#spend(`[${value.byteLength} bytes]`);
    if (types.isPromise(value)) return this.#spend('[promise]');
    return undefined;
  }

  #container(value: object, place: Place, depth: number): ShownData {
    if (Array.isArray(value)) return this.#list(value, place, depth);
    if (types.isSet(value)) return this.#items(value, place, depth);
    return this.#record(value, place, depth);
  }

  #list(list: readonly unknown[], place: Place, depth: number): ShownData {
    const [name] = list.length === 2 ? elements(list) : [];
    if (!this.#isSecretText(name)) return this.#items(list, place, depth);
    return [this.#text(name), this.#redacted()]; // a pair, as in a list of headers
  }

  #items(items: readonly unknown[] | ReadonlySet<unknown>, place: Place, depth: number): ShownData {
    const shown: ShownData[] = [];
    for (const item of elements(items)) {
      if (this.#left <= 0) {
        shown.push(`${MORE} ${sizeOf(items) - shown.length} more`);
        break;
      }
      this.#left--;
      const below = placeBelow(place, String(shown.length));
      shown.push(isEnd(below) ? this.#redacted() : this.shown(item, below, depth + 1));
    }
    return shown;
  }

  #record(value: object, place: Place, depth: number): ShownData {
    // Without a prototype, `__proto__` is a key like any other.
    const shown = Object.create(null) as { [key: string]: ShownData };
    let count = 0;
    /** `{ name: 'Authorization', value: '…' }`, as lists of headers have it, too. */
    let namesSecret = false;
    for (const [key, item] of ownEntries(value)) {
      if (this.#left <= 0) {
        shown[MORE] = `${sizeOf(value) - count} more`;
        break;
      }
      count++;
      const below = placeBelow(place, key);
      const isHidden = this.redaction.isSecret(key) || isEnd(below);
      shown[this.#key(key)] = isHidden ? this.#redacted() : this.shown(item, below, depth + 1);
      namesSecret ||= (key === 'name' || key === 'key') && this.#isSecretText(item);
    }
    if (namesSecret && 'value' in shown) shown['value'] = REDACTED;
    return shown;
  }

  #isSecretText(value: unknown): value is string {
    return typeof value === 'string' && this.redaction.isSecret(value);
  }

  #key(key: string): string {
    this.#left -= Math.min(key.length, MAX_KEY) + 4;
    // A short one can't hold a secret that shows by its form.
    return key.length < 16 ? key : maskedText(key, MAX_KEY, this.redaction.isSecret);
  }

  #text(text: string): string {
    const shown = maskedText(text, Math.max(0, this.#left - 2), this.redaction.isSecret);
    this.#left -= shown.length + 2;
    return shown;
  }

  #redacted(): string {
    return this.#spend(REDACTED);
  }

  #spend<Shown extends ShownData>(shown: Shown): Shown {
    this.#left -= typeof shown === 'string' ? shown.length + 2 : 5;
    return shown;
  }
}

function unboxed(value: object): unknown {
  const kinds: readonly { prototype: { valueOf(): unknown } }[] = [String, Number, Boolean, BigInt, Symbol];
  for (const { prototype } of kinds) {
    try {
      return prototype.valueOf.call(value);
    } catch {
      // one of another kind
    }
  }
  return '[an object]';
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}

/** Turning a bigint into text takes longer than linear time. */
function shortNumber(value: bigint): string {
  return BigInt.asIntN(1_024, value) === value ? String(value) : '[a bigint of more than 1,024 bits]';
}

/** Class and message; what else an error bears is not for a log. */
function errorText(error: Error): string {
  const message = Object.getOwnPropertyDescriptor(error, 'message')?.value as unknown;
  const maker = (Object.getPrototypeOf(error) as object | null) ?? {};
  const kind = Object.getOwnPropertyDescriptor(maker, 'constructor')?.value as unknown;
  const name = typeof kind === 'function' ? Object.getOwnPropertyDescriptor(kind, 'name')?.value : undefined;
  return `${typeof name === 'string' ? name : 'Error'}: ${typeof message === 'string' ? message : ''}`;
}
