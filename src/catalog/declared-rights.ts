/** What a module, or one of its providers, declares that it may emit and hear. */
export interface DeclaredRights {
  /** `Module` or `Module/Class`. */
  readonly holder: string;
  /** Undefined where it doesn't say. */
  readonly emits?: readonly string[];
  /** Undefined where it doesn't say. */
  readonly listens?: readonly string[];
}
