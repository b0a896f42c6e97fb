import { inspect } from 'node:util';
import { type AsymmetricMatcher, isMatcher, isPlain } from './mismatches.js';

const MAX_CHARACTERS = 500;
const MAX_DEPTH = 5;

/** What test runners' matchers say of themselves. */
interface DescribedMatcher extends AsymmetricMatcher {
  toAsymmetricMatcher?(): unknown;
  readonly sample?: unknown;
  toString(): string;
}

/** Any value, in depth but bounded; never throws. */
export function describeValue(value: unknown): string {
  let text: string;
  try {
    text = inspect(withReadableMatchers(value, MAX_DEPTH), {
      depth: MAX_DEPTH,
      maxArrayLength: 10,
      maxStringLength: 200,
      breakLength: 100,
    });
  } catch {
    text = "(something that can't be shown)";
  }
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

/** A copy, as deep as it will be shown, in which matchers are shown by what they match instead of how they are made. */
function withReadableMatchers(value: unknown, depth: number): unknown {
  if (isMatcher(value)) return { [inspect.custom]: () => describeMatcher(value) };
  if (depth === 0 || (!Array.isArray(value) && !isPlain(value))) return value;
  if (Array.isArray(value)) return value.map((item) => withReadableMatchers(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withReadableMatchers(part, depth - 1)]),
  );
}

function describeMatcher(matcher: DescribedMatcher): string {
  const own = matcher.toAsymmetricMatcher?.();
  if (typeof own === 'string') return own;
  return 'sample' in matcher
    ? `${matcher.toString()} ${describeValue(matcher.sample)}`
    : inspect(matcher, { depth: 1 });
}
