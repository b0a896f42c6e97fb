import type { Allowance, Denial } from './denial.js';
import type { Owner } from '../owner.js';
import { covers } from '../event/pattern.js';
import { toPattern } from '../event/pattern-argument.js';
import type { Declaration, Direction, PermissionMode } from './rights.js';
import { Latest } from '../history/latest.js';
import { assertTopic } from '../event/topic.js';

/** For how many topics and patterns, of one set of rights and in one direction, the verdict is kept. */
const MAX_VERDICTS = 1_000;
/** How many denials of one set of rights are counted one by one; others are counted together. */
const MAX_COUNTS = 100;
/** How many denials are kept to be looked at. */
const MAX_DENIALS = 100;

/** One declaration in one direction. */
export interface Limit extends Allowance {
  readonly line: NonNullable<Declaration['line']>;
  allows(topic: string): boolean;
}

/** Who may emit and hear what on one bus. */
export class Permissions {
  readonly #judges = new WeakMap<object, Judge>();
  /** Of owners that have no rights: they may do nothing. */
  readonly #undeclared = new Judge([], true);

  readonly #denials = new Latest<Denial>(MAX_DENIALS);

  constructor(readonly mode: PermissionMode) {}

  /** The last that were the first of their kind, newest first. */
  get denials(): readonly Denial[] {
    return [...this.#denials.newestFirst()];
  }

  /** Keeps a denial for {@link denials}. */
  keep(denial: Denial): void {
    this.#denials.push(denial);
  }

  /** Undefined for an owner that may do anything, so that its calls cost nothing. @throws InvalidPatternError */
  judgeOf({ rights }: Owner): Judge | undefined {
    const isStrict = this.mode === 'strict';
    if (this.mode === 'off') return undefined;
    if (rights === undefined) return isStrict ? this.#undeclared : undefined;
    let judge = this.#judges.get(rights);
    if (judge === undefined) {
      judge = new Judge(isList(rights) ? rights : [rights], isStrict);
      this.#judges.set(rights, judge);
    }
    return judge.isNeeded ? judge : undefined;
  }
}

/** Knows one set of rights: all of its declarations must allow what is done. */
export class Judge {
  readonly #limits: Readonly<Record<Direction, readonly Limit[]>>;
  readonly #verdicts = {
    emits: new Map<string, readonly Limit[]>(),
    listens: new Map<string, readonly Limit[]>(),
  };
  readonly #times = new Map<string, number>();

  /** @param isStrict whether a direction in which nothing is declared is closed */
  constructor(declarations: readonly Declaration[], isStrict: boolean) {
    this.#limits = {
      emits: limits(declarations, 'emits', isStrict),
      listens: limits(declarations, 'listens', isStrict),
    };
  }

  /** Whether there is anything that it doesn't allow. */
  get isNeeded(): boolean {
    return this.#limits.emits.length > 0 || this.#limits.listens.length > 0;
  }

  /** What doesn't allow that topic to be emitted, or that pattern to be listened to. @throws InvalidTopicError */
  obstacles(direction: Direction, topic: string): readonly Limit[] {
    const verdicts = this.#verdicts[direction];
    let obstacles = verdicts.get(topic);
    if (obstacles === undefined) {
      if (direction === 'emits') assertTopic(topic);
      obstacles = this.#limits[direction].filter((limit) => !limit.allows(topic));
      if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
      verdicts.set(topic, obstacles);
    }
    return obstacles;
  }

  /** Counts a denial; answers which one of its kind it is. */
  count(source: string | undefined, direction: Direction, topic: string): number {
    const kind = `${source ?? ''} ${direction} ${topic}`;
    const key = this.#times.has(kind) || this.#times.size < MAX_COUNTS ? kind : 'others';
    const times = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, times);
    return times;
  }
}

/** @throws InvalidPatternError */
function limits(
  declarations: readonly Declaration[],
  direction: Direction,
  isStrict: boolean,
): readonly Limit[] {
  const found = declarations.flatMap((declaration) => {
    const patterns = declaration[direction];
    return patterns === undefined ? [] : [limit(declaration, direction, patterns)];
  });
  return found.length === 0 && isStrict ? [limit({}, direction, [])] : found;
}

function limit(
  { by = 'what it declares', line = plainLine }: Declaration,
  direction: Direction,
  patterns: readonly string[],
): Limit {
  const compiled = patterns.map(toPattern);
  const allows =
    direction === 'emits'
      ? (topic: string) => compiled.some((pattern) => pattern.matches(topic))
      : (pattern: string) => compiled.some(({ source }) => covers(source, pattern));
  return { by, line, allows, patterns: Object.freeze(compiled.map(({ source }) => source)) };
}

function plainLine(direction: Direction, patterns: readonly string[]): string {
  return `${direction}: [${patterns.map((each) => `'${each}'`).join(', ')}]`;
}

function isList(rights: Declaration | readonly Declaration[]): rights is readonly Declaration[] {
  return Array.isArray(rights);
}
