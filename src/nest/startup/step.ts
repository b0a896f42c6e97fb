/** Something that must have happened before a step starts. */
export interface Need {
  /** A topic or, for all that match, a pattern. */
  readonly pattern: string;
  /** For what no step brings: how long it is waited for, in ms since the start. Undefined for what steps emit. */
  readonly deadline: number | undefined;
}

/** A startup step as it was declared. */
export interface Step {
  /** `Module/Class.method` */
  readonly name: string;
  /** The topic of the event that it ends with, if it emits one. */
  readonly emits: string | undefined;
  /** All of these must have happened. */
  readonly after: readonly Need[];
  /** Whether the start goes on when it fails. */
  readonly optional: boolean;
}
