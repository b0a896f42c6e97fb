/** What a module, or one of its providers, may emit and hear. */
export interface DeclaredRights {
  /** `Module` or `Module/Class`. */
  readonly holder: string;
  /** Undefined where it doesn't say. */
  readonly emits?: readonly string[];
  /** Undefined where it doesn't say. */
  readonly listens?: readonly string[];
  /** True for what the host grants; else it is what the holder declares itself. */
  readonly granted?: true;
}
