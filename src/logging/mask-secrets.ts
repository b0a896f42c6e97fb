import type { IsSecret } from './secret-names.js';

/** Stands where a secret was. */
export const REDACTED = '[Redacted]';

/** How much of a text behind its cut is read, for what tells a secret to be one. */
const BEYOND = 512;

/*
 * Each of these reads a text once, with repetitions that are bounded or can't overlap.
 */
/** Everything before the `@` of a URL: a password in it may have any character, a port is none. */
const USER_INFO =
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/?#@"'<>]{0,1024}@|[^\s/?#@:"'<>]{0,1024}:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]{0,1024}@)+/gi;
/** The same where the text was cut before the `@`. */
const CUT_USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#@"'<>]{0,1024}:[^\s"'<>]*$/i;
const SCHEME = /\b(Bearer|Basic)(\s{1,3})[^\s"',;]{6,}/gi;
/** Kinds of secrets that show by their form: PEM keys, JSON web tokens, and keys of well-known services. */
const FORMS =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)|\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk[-_]|AKIA)[\w-]{12,}/g;
/** No text that is shorter shows by its form. */
const SHORTEST_FORM = 11;
/** Names whose value goes on to the end of the line: `Cookie: a=b; c=d`. */
const LINE = /((?:proxy-)?authorization|(?:set-)?cookie)(["'`]?\s{0,3}[=:]\s{0,3})(?!["'`\\])[^\r\n"'`]+/gi;
/** The name of a value, and what stands between the two: `name=`, `name: `, `"name":` and the like. */
const NAME = /(?<![A-Za-z0-9_$.-])([A-Za-z0-9_$.-]{2,})(?:\\{0,8}["'`])?\s{0,3}(?:=>|[=:])\s{0,3}/g;
/** In quotes, which may be escaped when the text was quoted itself: up to the same quotes, or where the text was cut. */
const QUOTED = String.raw`(\\*)(["'\x60])(?:(?!(?<!\\)\1\2)[^])*(?:\1\2|$)`;
/** A list or an object: where it ends is left open, but a stack is none of it. */
const NESTED = String.raw`(?!\[Redacted\])[{[](?:(?!\n[ \t]{1,20}at )[^])*`;
const BARE = String.raw`(?:[^\s&,;"'\x60]|[,;](?!\s|$|[\w$.-]{1,64}["']?\s?[:=]))+`;
const VALUE = new RegExp(`${QUOTED}|${NESTED}|${BARE}`, 'y');

/**
 * A text with what is recognisably secret masked: the user and password of a URL, values under secret names (in queries,
 * `name=value`, `name: value` and JSON), `Authorization` and cookies, private keys and tokens that show by their form. It can't
 * know a secret that nothing tells from other words.
 */
export function maskSecrets(text: string, isSecret: IsSecret): string {
  if (text.length < SHORTEST_FORM && !/[:=\s]/.test(text)) return text;
  const unformed = text
    .replace(FORMS, REDACTED)
    .replace(USER_INFO, `$1${REDACTED}@`)
    .replace(LINE, `$1$2${REDACTED}`)
    .replace(SCHEME, `$1$2${REDACTED}`);
  return maskPairs(unformed, isSecret);
}

function maskPairs(text: string, isSecret: IsSecret): string {
  let masked = '';
  let done = 0;
  for (const match of text.matchAll(NAME)) {
    const at = match.index + match[0].length;
    if (at < done || !isSecret(match[1]!)) continue;
    VALUE.lastIndex = at;
    const value = VALUE.exec(text);
    if (value === null) continue;
    const [whole, escape = '', quote = ''] = value;
    if (quote === '' && isNoSecret(match[0], whole)) continue;
    masked += `${text.slice(done, at)}${escape}${quote}${REDACTED}${escape}${quote}`;
    done = at + whole.length;
  }
  return masked + text.slice(done);
}

/** `token.service.ts:12:3` is a place in a file, and `token:issued` a topic. */
function isNoSecret(name: string, value: string): boolean {
  if (/\.[cm]?[jt]sx?:$/.test(name) && /^\d+:\d+\)?$/.test(value)) return true;
  return /\w:$/.test(name) && /^[A-Za-z_.:-]+$/.test(value);
}

/**
 * The same of a text of any length, cut to so many characters with its size told.
 *
 * @param known secrets that must not stand in it, longest first
 */
export function maskedText(
  text: string,
  maxLength: number,
  isSecret: IsSecret,
  known: readonly string[] = [],
): string {
  const isCut = text.length > maxLength;
  const whole = isCut ? text.slice(0, maxLength + Math.max(BEYOND, known[0]?.length ?? 0)) : text;
  const read = known.reduce((masked, secret) => masked.replaceAll(secret, REDACTED), whole);
  if (!isCut) return maskSecrets(read, isSecret);
  const masked = maskSecrets(read.replace(CUT_USER_INFO, `$1${REDACTED}`), isSecret);
  return `${masked.slice(0, maxLength)}… (${text.length} characters)`;
}
