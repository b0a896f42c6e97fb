import { types } from 'node:util';
import { REDACTED } from './mask-secrets.js';
import { isOpaque, textForm } from './opaque-values.js';
import { sizeOf } from './own-values.js';
import type { Part } from './parts.js';
import { emptyCopy, fill, HIDDEN, partsOf } from './parts.js';
import type { Place, Redaction } from './redaction.js';
import { isEnd, placeBelow } from './redaction.js';

/** How many entries of a value, and how many characters of its texts, are looked at. */
const MAX_PARTS = 20_000;
const MAX_TEXT = 262_144;
/** What a URL in a text costs, in characters, where it may hold a password. */
const URL_COST = 200;

/**
 * The value with its secrets replaced. What holds none is answered as it is, by reference, and so is every part that holds none:
 * copied is only the way to a secret, through plain objects, lists, maps, sets, errors and class instances, which keep their
 * prototype, also where it leads in a circle. Runs none of the value's code, and its work is bounded; what it can't look at
 * (proxies, getters, and what is past that bound) is hidden. Never throws.
 *
 * @param mask for texts, such as a URL with a password
 */
export function redactedValue(value: unknown, redaction: Redaction, mask: (text: string) => string): unknown {
  try {
    return new Walk(redaction, mask).redacted(value);
  } catch {
    return HIDDEN.strange;
  }
}

/** An object at one of the places where it stands. */
class Node {
  /** Its parts, each with what is shown of it: a value, or the node of an object that is looked through. */
  readonly parts: (readonly [part: Part, shown: unknown])[] = [];
  /** The objects that it is a part of: where it is copied, so are they. */
  readonly above: Node[] = [];
  /** Present where it holds a secret, or leads to one. */
  copy: object | undefined;

  constructor(
    readonly value: object,
    readonly place: Place,
  ) {}

  get shown(): object {
    return this.copy ?? this.value;
  }
}

class Walk {
  readonly #nodes = new Map<object, Node[]>();
  /** All of them, in the order in which they are looked at: not by recursion, since data may be deeper than the stack. */
  readonly #found: Node[] = [];
  readonly #copied: Node[] = [];
  #partsLeft = MAX_PARTS;
  #textLeft = MAX_TEXT;

  constructor(
    private readonly redaction: Redaction,
    private readonly mask: (text: string) => string,
  ) {}

  redacted(value: unknown): unknown {
    const top = this.#judged(value, this.redaction.top);
    // Both lists grow while they are gone through. What leads to a copy is copied.
    for (const node of this.#found) this.#lookAt(node);
    for (const { above } of this.#copied) for (const node of above) this.#copy(node);
    for (const { copy, value: original, parts } of this.#copied) {
      fill(copy!, original, parts.map(([part, shown]) => ({ ...part, value: plain(shown) }))); // prettier-ignore
    }
    return plain(top);
  }

  /** What is shown of a value: itself, something in its place, or a node that is yet to be looked at. */
  #judged(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (types.isProxy(value)) return HIDDEN.proxy;
    const isPlain = Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value);
    if (!isPlain && isOpaque(value)) return value;
    const form = isPlain ? undefined : textForm(value);
    if (form !== undefined) {
      const text = this.#text(form.text);
      return text === form.text ? value : form.of(text);
    }
    const known = this.#nodes.get(value) ?? [];
    const same = known.find((node) => isSamePlace(node.place, place));
    if (same !== undefined) return same;
    if (sizeOf(value) > this.#partsLeft) return HIDDEN.unread;
    const node = new Node(value, place);
    this.#nodes.set(value, [...known, node]);
    this.#found.push(node);
    return node;
  }

  #lookAt(node: Node): void {
    for (const part of partsOf(node.value, this.redaction.isSecret)) {
      const shown = this.#shown(part, part.name === undefined ? [] : placeBelow(node.place, part.name));
      node.parts.push([part, shown]);
      if (shown instanceof Node) shown.above.push(node);
      else if (!Object.is(shown, part.value) || part.instead !== undefined) this.#copy(node);
    }
  }

  #shown({ value, instead }: Part, place: Place): unknown {
    if (isEnd(place)) return REDACTED;
    if (instead !== undefined) return instead;
    return this.#partsLeft-- > 0 ? this.#judged(value, place) : HIDDEN.unread;
  }

  #copy(node: Node): void {
    if (node.copy !== undefined) return;
    node.copy = emptyCopy(node.value);
    this.#copied.push(node);
  }

  #text(text: string): string {
    const urls = text.includes('@') ? text.split('://', MAX_TEXT / URL_COST + 2).length - 1 : 0;
    this.#textLeft -= text.length + urls * URL_COST;
    return this.#textLeft < 0 ? HIDDEN.unread : this.mask(text);
  }
}

function plain(shown: unknown): unknown {
  return shown instanceof Node ? shown.shown : shown;
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}
