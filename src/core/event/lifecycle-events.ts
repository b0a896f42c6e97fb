/**
 * The data of the events that tell of an application's life. An integration emits them at its framework's moments; the Nest
 * layer states those in docs/startup.md. When they happened is in the envelope, so that the data is the same for each run.
 */

/** The data of `system:starting`: handlers are live, and have had what was held until now. */
export interface SystemStarting {
  /** How many subscriptions there are. */
  readonly subscriptions: number;
}

/** The data of `system:started`: the startup steps that wait for nothing start right after it. */
export interface SystemStarted {
  /** The names of all startup steps, as `Module/Class.method`. */
  readonly steps: readonly string[];
}

/**
 * How far a startup step is. `waiting`: something that it needs has not happened. `starved`: something that it needs never will,
 * because its step failed. `aborted`: the application stopped before the step had ended.
 */
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'starved' | 'aborted';

/** The data of `system:boot_phase`: a startup step began or ended. */
export interface BootPhase {
  /** `Module/Class.method` */
  readonly step: string;
  /** What it emits; undefined for a step that emits nothing. */
  readonly topic: string | undefined;
  readonly state: Exclude<StepState, 'waiting'>;
  /** Whether it is behind something external, so that the application doesn't wait for it. */
  readonly isBackground: boolean;
  /** How many steps have ended, in whatever way, this one included. */
  readonly ended: number;
  readonly total: number;
}

/** The data of `system:boot_complete`: every startup step and every `onApplicationBootstrap` is over. */
export interface BootComplete {
  /** The names of the optional steps that failed, and of those that starved by it. */
  readonly degraded: readonly string[];
}

/** A startup step that failed, and what it took with it. */
export interface StepFailure {
  /** `Module/Class.method` */
  readonly step: string;
  readonly topic: string | undefined;
  readonly error: unknown;
  /** The names of the steps that waited for it, directly or by way of others, and never ran. */
  readonly starved: readonly string[];
}

/** The data of `system:boot_failed`: the start is about to be rejected. */
export interface BootFailed {
  /** Empty when nothing failed and the application was told to stop. */
  readonly failures: readonly StepFailure[];
}

/** The data of `system:maintenance_mode`: a step failed behind something external, so that the application runs, but never gets ready. */
export type MaintenanceMode = StepFailure;

/** The data of `system:stopping`: the first of all shutdown hooks, before the bus drains. */
export interface SystemStopping {
  /** Whether `system:boot_complete` had happened. */
  readonly wasReady: boolean;
}

/** The data of `system:stopped`: all other shutdown hooks have run, and the bus closes after it. */
export interface SystemStopped {
  /** The signal that the application was stopped by, if it was one. */
  readonly signal: string | undefined;
}

/** The application's life by topic. */
export interface LifecycleEvents {
  'system:starting': SystemStarting;
  'system:started': SystemStarted;
  'system:boot_phase': BootPhase;
  'system:boot_complete': BootComplete;
  'system:boot_failed': BootFailed;
  'system:maintenance_mode': MaintenanceMode;
  'system:stopping': SystemStopping;
  'system:stopped': SystemStopped;
}
