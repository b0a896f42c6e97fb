import { domainOf, hasWildcard } from './topic.js';

/** A compiled pattern. Make it with `compilePattern`. Frozen: all who listen to it share it. */
export interface Pattern {
  /** The pattern as it was written. */
  readonly source: string;
  /** Whether the pattern has no wildcard, so that it matches one topic: itself. */
  readonly exact: boolean;
  /** The first segment of every topic that the pattern matches; `undefined` when that segment is a wildcard. */
  readonly domain: string | undefined;
  /** Whether the pattern hears a valid topic. */
  matches(topic: string): boolean;
}

/** A pattern without wildcards. A class, since there may be as many as topics: an object with a function of its own takes 200 bytes. */
class Topic implements Pattern {
  constructor(readonly source: string) {
    Object.freeze(this);
  }

  get exact(): boolean {
    return true;
  }

  get domain(): string {
    return domainOf(this.source);
  }

  matches(topic: string): boolean {
    return topic === this.source;
  }
}

/** What stands before a segment; nothing before the first. */
type Separator = '' | ':' | '.';

/** A segment of a pattern. Its literal is `''` for a wildcard. */
interface Element {
  readonly separator: Separator;
  readonly kind: 'literal' | 'one' | 'any';
  readonly literal: string;
}

/** Compiles a valid pattern (see `isPattern`; what an invalid one matches is undefined). */
export function compilePattern(pattern: string): Pattern {
  if (!hasWildcard(pattern)) {
    return new Topic(pattern);
  }
  if (pattern === '**')
    return Object.freeze({ source: pattern, exact: false, domain: undefined, matches: () => true });

  const elements = parse(pattern);
  // What stands before the first wildcard and behind the last one is compared first: it rules out nearly every topic that is
  // not heard, at a small part of the cost. The separators next to a wildcard don't belong to it: `a:**` hears `a`.
  const prefix = pattern.slice(0, Math.max(0, pattern.indexOf('*') - 1));
  const suffix = pattern.slice(pattern.lastIndexOf('*') + 2);
  return Object.freeze({
    source: pattern,
    exact: false,
    domain: elements[0]!.kind === 'literal' ? elements[0]!.literal : undefined,
    matches: (topic: string) => topic.startsWith(prefix) && topic.endsWith(suffix) && run(elements, topic),
  });
}

/**
 * Whether the general pattern hears every topic that the special one hears: `covers('order:**', 'order:*')`. Exact, but for
 * the length limit of topics, which it ignores, and for pairs of patterns so tangled that the answer would take more than
 * 10,000 steps: for those it is `false`, the safe side where it grants a permission.
 */
export function covers(general: string, special: string): boolean {
  if (general === special || general === '**') return true;
  return !mayHaveTopic(general, special, (inGeneral, inSpecial) => inSpecial && !inGeneral);
}

/** Whether some topic is heard by both patterns. Exact within the same limits as `covers`, beyond which it is `true`. */
export function overlaps(a: string, b: string): boolean {
  return mayHaveTopic(a, b, (inA, inB) => inA && inB);
}

/**
 * Tells whether the pattern misses a topic that its author probably meant: it would match if `:` and `.` were the same, or
 * if case didn't count, or it is a lone `*`, which hears topics of a single segment only. Who asks many patterns about one
 * topic hands over the topic as {@link fold} gives it, too.
 */
export function nearMissOf(pattern: Pattern): (topic: string, folded?: string) => boolean {
  if (pattern.source === '*') return (topic) => !pattern.matches(topic);
  const loose = compilePattern(fold(pattern.source));
  return (topic, folded = fold(topic)) => loose.matches(folded) && !pattern.matches(topic);
}

/** The text as it is when neither case nor the choice of separators counts. */
export function fold(text: string): string {
  return text.replaceAll('.', ':').toLowerCase();
}

function parse(pattern: string): readonly Element[] {
  const parts = pattern.split(/([:.])/); // segment, separator, segment, …
  const elements: Element[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const segment = parts[at]!;
    const kind = segment === '*' ? 'one' : segment === '**' ? 'any' : 'literal';
    const separator = (parts[at - 1] ?? '') as Separator;
    elements.push({ separator, kind, literal: kind === 'literal' ? segment : '' });
  }
  return elements;
}

/*
 * A pattern is a small automaton that reads a topic segment by segment, each together with the separator before it.
 * State 2i means “the first i elements are done”, state 2i + 1 “inside the `**` that is element i”; the last one accepts.
 *   - An element takes a segment that fits it, if the separator before that segment is its own. The first segment of a
 *     topic has none and suits every element.
 *   - `**` takes nothing, so its own separator goes too: `a:**` hears `a`, and `a:**.b` hears `a.b` but not `a:b`. Or
 *     it takes a first segment, like `*`, and then whatever follows: `a:**` hears `a:x.y`, but not `a.x`.
 */
type States = Uint8Array;

function start(elements: readonly Element[]): States {
  const states = new Uint8Array(2 * elements.length + 1);
  states[0] = 1;
  for (let i = 0; elements[i]?.kind === 'any'; i++) states[2 * i + 2] = 1;
  return states;
}

/** Reads one segment. Changes the states in place. */
function read(elements: readonly Element[], states: States, separator: Separator, segment: string): void {
  let before = states[0]!; // whether state 2i held before this segment
  states[0] = 0;
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!;
    const next = states[2 * i + 2]!;
    const enters = separator === '' || separator === element.separator ? before : 0;
    if (element.kind === 'any') {
      states[2 * i + 1]! |= enters;
      states[2 * i + 2] = states[2 * i]! | states[2 * i + 1]!;
    } else {
      states[2 * i + 2] = element.kind === 'one' || element.literal === segment ? enters : 0;
    }
    before = next;
  }
}

function accepts(states: States): boolean {
  return states[states.length - 1] === 1;
}

function run(elements: readonly Element[], topic: string): boolean {
  const states = start(elements);
  let separator: Separator = '';
  let from = 0;
  for (let to = 0; to < topic.length; to++) {
    const character = topic[to]!;
    if (character !== ':' && character !== '.') continue;
    read(elements, states, separator, topic.slice(from, to));
    separator = character;
    from = to + 1;
  }
  read(elements, states, separator, topic.slice(from));
  return accepts(states);
}

const MAX_PAIRS = 10_000;
const FIRST: readonly Separator[] = [''];
const FURTHER: readonly Separator[] = [':', '.'];

/**
 * Whether a topic may exist for which `wanted` holds. Runs both automata side by side over every topic that b can still
 * hear, until all pairs of their states have been seen. Literals of neither pattern are all alike to both: `''`, which is no
 * segment, stands for them.
 */
function mayHaveTopic(a: string, b: string, wanted: (inA: boolean, inB: boolean) => boolean): boolean {
  const elementsA = parse(a);
  const elementsB = parse(b);
  const segments = new Set([
    '',
    ...elementsA.map(({ literal }) => literal),
    ...elementsB.map(({ literal }) => literal),
  ]);

  const seen = new Set<string>();
  const open = [{ statesA: start(elementsA), statesB: start(elementsB) }];
  for (let pair = open.pop(), separators = FIRST; pair; pair = open.pop(), separators = FURTHER) {
    for (const separator of separators) {
      for (const segment of segments) {
        const statesA = pair.statesA.slice();
        const statesB = pair.statesB.slice();
        read(elementsB, statesB, separator, segment);
        if (!statesB.includes(1)) continue;
        read(elementsA, statesA, separator, segment);
        if (wanted(accepts(statesA), accepts(statesB))) return true;

        const key = `${statesA.join('')} ${statesB.join('')}`;
        if (seen.has(key)) continue;
        if (seen.size === MAX_PAIRS) return true;
        seen.add(key);
        open.push({ statesA, statesB });
      }
    }
  }
  return false;
}
