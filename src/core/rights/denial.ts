import type { Direction } from './rights.js';

/** The topic on which the first denial of each topic to each owner is announced. */
export const PERMISSION_DENIED = 'system:permission_denied';

/** The data of {@link PERMISSION_DENIED}. */
export interface PermissionDenied {
  /** `Module/Class`; undefined for a bus whose owner isn't known. */
  readonly source: string | undefined;
  readonly direction: Direction;
  /** The topic to be emitted, or the pattern to be listened to. */
  readonly topic: string;
  /** What is allowed instead, by each declaration that doesn't allow this. */
  readonly allowed: readonly Allowance[];
  /** False in `report` mode: it was let through. */
  readonly refused: boolean;
}

export interface Allowance {
  /** The module, class or grant that allows it. */
  readonly by: string;
  readonly patterns: readonly string[];
}

/** What an owner was not allowed to do. */
export interface Denial extends PermissionDenied {
  /** The name of the function or method that was to listen. */
  readonly handler: string | undefined;
  /** What would have to be written to allow it, and where. */
  readonly lines: readonly string[];
  /** How often this was denied to this owner so far: 1 for the first time. */
  readonly times: number;
}

/** A denial as a sentence, with what would allow it. */
export function describeDenial({
  source,
  handler,
  direction,
  topic,
  allowed,
  lines,
  refused,
}: Denial): string {
  const who = [source ?? 'A bus whose owner is not known', handler].filter(Boolean).join('.');
  const does = direction === 'emits' ? 'emit' : 'hear';
  const instead = allowed.map(({ by, patterns }) => `${by} allows ${listed(patterns)}`).join(', and ');
  const advice = source === undefined ? ADVICE_TO_NOBODY : `To allow it, write ${lines.join(' and ')}.`;
  const outcome = refused ? '' : ' (Permissions are in report mode: it was let through.)';
  return `${who} may not ${does} "${topic}": ${instead}. ${advice}${outcome}`;
}

const ADVICE_TO_NOBODY =
  'Rights belong to a class that injects EventBus in its constructor, and to its module; factories, transient providers and ' +
  'get(EventBus) have none.';

function listed(patterns: readonly string[]): string {
  return patterns.length === 0 ? 'nothing of the kind' : patterns.map((each) => `'${each}'`).join(', ');
}
