/** What the method of a startup step gets. */
export class StepContext {
  /** @internal */
  constructor(
    /** Aborted when the time of this attempt is up, and when the application stops. */
    readonly signal: AbortSignal,
    /** 1 for the first. */
    readonly attempt: number,
  ) {}
}
