/** What rights are about: topics that are emitted, or patterns that are listened to. */
export type Direction = 'emits' | 'listens';

/** What somebody may emit and hear. A direction that is left out is not restricted; an empty list leaves nothing. */
export interface Rights {
  /** Topics that match one of these patterns may be emitted. @default every topic */
  readonly emits?: readonly string[] | undefined;
  /** Patterns that one of these covers may be listened to. @default every pattern */
  readonly listens?: readonly string[] | undefined;
}
