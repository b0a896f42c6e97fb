import { InvalidTopicError } from '../errors.js';

/**
 * What a topic and a pattern look like, and what to tell somebody whose text is neither.
 *
 * A topic is one or more segments of `[A-Za-z0-9_-]`, joined by `:` or `.`. A pattern is the same, but a whole segment
 * may be `*` (exactly one segment) or `**` (any number of segments, also none), so every topic is a pattern.
 */

/** The greatest length of a topic and of a pattern, in characters. */
export const MAX_TOPIC_LENGTH = 256;

const TOPIC = /^[A-Za-z0-9_-]+(?:[:.][A-Za-z0-9_-]+)*$/;
const PATTERN = /^(?:[A-Za-z0-9_-]+|\*\*?)(?:[:.](?:[A-Za-z0-9_-]+|\*\*?))*$/;
const EXPECTED =
  'expected segments of A-Z, a-z, 0-9, "_" and "-", joined by ":" or ".", such as "order:placed"';

const PATTERN_EXPECTED = `${EXPECTED}, any of which may be "*" (one segment) or "**" (any number)`;

/** Whether the value can be emitted: a valid topic, without wildcards. */
export function isTopic(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TOPIC_LENGTH && TOPIC.test(value);
}

/** Whether the value can be listened to: a topic, or a topic some of whose segments are `*` or `**`. */
export function isPattern(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TOPIC_LENGTH && PATTERN.test(value);
}

/** Whether a valid pattern contains `*` or `**`, so that it is no topic. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*');
}

/** The first segment of a topic: `order` for `order:placed`, for `order.placed` and for `order`. */
export function domainOf(topic: string): string {
  const end = topic.search(/[:.]/);
  return end === -1 ? topic : topic.slice(0, end);
}

/** `undefined` for a valid topic, else a sentence that says what is wrong with the value and what was expected. */
export function explainTopic(value: unknown): string | undefined {
  if (isTopic(value)) return undefined;
  if (isPattern(value)) {
    return `${quote(value)} is not a topic: it has a wildcard, and wildcards are for listening only`;
  }
  return `${quote(value)} is not a topic: ${faultIn(value)}`;
}

/** @throws InvalidTopicError */
export function assertTopic(value: unknown): void {
  const fault = explainTopic(value);
  if (fault !== undefined) throw new InvalidTopicError(value, fault);
}

/** `undefined` for a valid pattern, else a sentence that says what is wrong with the value and what was expected. */
export function explainPattern(value: unknown): string | undefined {
  if (isPattern(value)) return undefined;
  const advice = isList(value) ? '; listen to each of several patterns with a call of its own' : '';
  return `${quote(value)} is not a pattern: ${faultIn(value, PATTERN_EXPECTED)}${advice}`;
}

/** What is wrong with a value that is not even a pattern. */
function faultIn(value: unknown, expected = EXPECTED): string {
  if (typeof value !== 'string') return `expected a string such as "order:placed"`;
  if (value === '') return `it is empty; ${expected}`;
  if (value.length > MAX_TOPIC_LENGTH) {
    return `it has ${value.length} characters, and at most ${MAX_TOPIC_LENGTH} are allowed`;
  }
  const illegal = /[^A-Za-z0-9_\-:.*]/u.exec(value);
  if (illegal) return `it contains ${quote(illegal[0])} at position ${illegal.index + 1}; ${expected}`;

  const segments = value.split(/[:.]/);
  const empty = segments.indexOf('');
  if (empty !== -1) return `its segment ${empty + 1} is empty; ${expected}`;
  const partial = segments.findIndex(
    (segment) => segment.includes('*') && segment !== '*' && segment !== '**',
  );
  return `its segment ${partial + 1}, ${quote(segments[partial])}, mixes a wildcard with other characters; "*" and "**" stand for whole segments`;
}

/** How many characters of a text `quote` shows. */
const MAX_QUOTED = 80;

/**
 * Shows any value in a message: texts in quotes, with everything invisible escaped and at most 80 characters of them;
 * objects and functions by their kind alone, since their contents may be secret and reading them may run their code.
 * Never throws.
 */
export function quote(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoteText(value);
    case 'symbol':
      return `Symbol(${quoteText(value.description ?? '')})`;
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : isList(value) ? 'a list' : 'an object';
    case 'bigint':
      return 'a bigint';
    default:
      return String(value);
  }
}

/** A revoked proxy makes even this question throw. */
function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function quoteText(text: string): string {
  const shown = text.length > MAX_QUOTED ? text.slice(0, MAX_QUOTED) : text;
  // JSON leaves line separators, bidirectional overrides and the like as they are; a terminal or a log viewer obeys them.
  const escaped = JSON.stringify(shown).replace(/[\p{C}\p{Z}]/gu, (character) =>
    character === ' ' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return text.length > MAX_QUOTED ? `${escaped}… (${text.length} characters)` : escaped;
}
