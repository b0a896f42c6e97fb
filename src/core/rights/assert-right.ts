import type { Denial } from './denial.js';
import type { Engine } from '../engine.js';
import { PermissionDeniedError } from '../errors.js';
import type { Owner } from '../owner.js';
import { sourceOf } from '../owner.js';
import type { Limit } from './permissions.js';
import type { Direction } from './rights.js';
import type { Seat } from '../seat.js';
import { nameOf, type RawHandler } from '../subscription/raw-handler.js';

/**
 * Lets pass what the holder of a bus may do. What it may not is told and, but in `report` mode, refused. For seats with a judge
 * only: without one, everything is allowed.
 *
 * @returns whether it is allowed, and not only let pass
 * @throws PermissionDeniedError
 */
export function assertRight(
  { engine, judge, source }: Seat,
  direction: Direction,
  topic: string,
  handler?: RawHandler,
): boolean {
  const obstacles = judge?.obstacles(direction, topic) ?? [];
  if (judge === undefined || obstacles.length === 0) return true;
  const times = judge.count(source, direction, topic);
  const refused = engine.permissions.mode !== 'report';
  if (!refused && times > 1) return false;
  const name = handler && nameOf(handler); // only now: it takes 70 ns, nearly as long as all else of a subscription that is allowed
  const denial = createDenial({ source, handler: name, direction, topic, times, refused }, obstacles);
  engine.deny(denial);
  if (refused) throw new PermissionDeniedError(denial);
  return false;
}

/** What would be denied to an owner; undefined where it is allowed. Tells nobody. @throws InvalidPatternError, InvalidTopicError */
export function denialOf(
  { permissions }: Engine,
  owner: Owner,
  direction: Direction,
  topic: string,
  handler: string | undefined,
): Denial | undefined {
  const obstacles = permissions.judgeOf(owner)?.obstacles(direction, topic) ?? [];
  if (obstacles.length === 0) return undefined;
  const refused = permissions.mode !== 'report';
  return createDenial({ source: sourceOf(owner), handler, direction, topic, times: 0, refused }, obstacles);
}

function createDenial(facts: Omit<Denial, 'allowed' | 'lines'>, obstacles: readonly Limit[]): Denial {
  const { direction, topic } = facts;
  return {
    ...facts,
    allowed: obstacles.map(({ by, patterns }) => ({ by, patterns })),
    lines: obstacles.map(({ line, patterns }) => line(direction, [...patterns, topic])),
  };
}
