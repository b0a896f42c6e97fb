/** A list cut short: what goes out over HTTP is bounded, however large the application is. */
export interface Excerpt<T> {
  /** How many there are. */
  readonly count: number;
  /** The first of them, ten at most. */
  readonly first: readonly T[];
}

const LENGTH = 10;
/** Of a name. Topics are shorter; functions may be called anything. */
const CHARACTERS = 256;

export function excerpt<T, U>(list: readonly T[], show: (each: T) => U): Excerpt<U> {
  return { count: list.length, first: list.slice(0, LENGTH).map(show) };
}

export function cut(name: string): string {
  return name.length <= CHARACTERS ? name : `${name.slice(0, CHARACTERS - 1)}…`;
}
