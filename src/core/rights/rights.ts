/** What rights are about: topics that are emitted, or patterns that are listened to. */
export type Direction = 'emits' | 'listens';

/**
 * What is done with rights. `off`: nothing. `report`: what they don't allow is told, and let through. `declared`: owners with
 * rights are held to them, others may do anything. `strict`: others, and who has no rights in a direction, may do nothing.
 */
export type PermissionMode = 'off' | 'report' | 'declared' | 'strict';

export const PERMISSION_MODES: readonly PermissionMode[] = ['off', 'report', 'declared', 'strict'];

/** What somebody may emit and hear. A direction that is left out is not restricted; an empty list leaves nothing. */
export interface Rights {
  /** Topics that match one of these patterns may be emitted. @default every topic */
  readonly emits?: readonly string[] | undefined;
  /** Patterns that one of these covers may be listened to. @default every pattern */
  readonly listens?: readonly string[] | undefined;
}

/** Rights and where they stand, for messages. */
export interface Declaration extends Rights {
  /** Who allows this much. @default the owner */
  readonly by?: string | undefined;
  /** What to write, and where, to allow these patterns. @default such as `emits: ['order:placed']` */
  readonly line?: ((direction: Direction, patterns: readonly string[]) => string) | undefined;
}
