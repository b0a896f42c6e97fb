import { type Denial, describeDenial, EventBusError, type StepFailure } from '../core/index.js';

/** `EventBusModule` stands in `imports` without `forRoot()`, or `forFeature()` does in an application without it. */
export class ModuleNotConfiguredError extends EventBusError {
  /** @param features the modules that import `forFeature()`, if it is that */
  constructor(features: readonly string[] = []) {
    super(
      'EVENT_BUS_NOT_CONFIGURED',
      (features.length === 0
        ? 'EventBusModule was imported without configuration.'
        : `EventBusModule.forFeature(), imported by ${features.join(', ')}, needs a bus, and the application has none.`) +
        ' Write "imports: [EventBusModule.forRoot()]" in the root module, ' +
        'once; the bus is then there for every module, which need not import EventBusModule at all. (With ' +
        '"isGlobal: false", keep the result of forRoot() in a constant and import that constant.)',
    );
  }
}

/** One application has two buses. */
export class DuplicateModuleError extends EventBusError {
  constructor() {
    super(
      'EVENT_BUS_DUPLICATE_MODULE',
      'EventBusModule.forRoot() (or forRootAsync()) is imported twice in one application, which would make two buses that ' +
        'don’t hear each other. Keep the one in the root module and remove the others; the bus is global. (With ' +
        '"isGlobal: false", keep the result of forRoot() in a constant and import that constant.)',
    );
  }
}

/**
 * `@OnEvent` stands where it can't work, or was given what it can't use: thrown when the class is defined. Or a class declares
 * handlers without it, in a shape that can't be read, or an enhancer of the handler can't be had: thrown when the application
 * starts.
 */
export class InvalidHandlerError extends EventBusError {
  constructor(
    /** `Class.method`, or the class */
    readonly handler: string,
    reason: string,
    options?: ErrorOptions & {
      /** What the complaint is about. @default '@OnEvent()' */
      subject?: string;
    },
  ) {
    const { subject = '@OnEvent()', ...rest } = options ?? {};
    super('EVENT_BUS_INVALID_HANDLER', `${subject} on ${handler}: ${reason}`, handler, rest);
  }
}

/** Methods are decorated by the `@OnEvent` of `@nestjs/event-emitter`, in an application that doesn't import that emitter. */
export class WrongImportError extends EventBusError {
  constructor(
    /** `Module/Class.method` of each */
    readonly handlers: readonly string[],
  ) {
    super(
      'EVENT_BUS_WRONG_IMPORT',
      `The @OnEvent() on ${handlers.join(', ')} is that of @nestjs/event-emitter, whose module the application doesn't import, ` +
        'so nothing would ever call it. Write "import { OnEvent } from \'nestjs-event-bus\'" there. (Where the other one is ' +
        'meant, import EventEmitterModule.forRoot(), too.)',
      handlers,
    );
  }
}

/** `@Emits` or `@Listens` was given what is no pattern, or stands on something else than a class: thrown when the class is defined. */
export class InvalidPermissionError extends EventBusError {
  constructor(
    /** `@Emits()` or `@Listens()` */
    readonly decorator: string,
    /** The name of the class. */
    readonly declaredOn: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super('EVENT_BUS_INVALID_PERMISSION', `${decorator} on ${declaredOn}: ${reason}`, declaredOn, options);
  }
}

/** Handlers hear what their modules may not, or ways past the rights are open that `strict` refuses: the application doesn't start. */
export class PermissionsError extends EventBusError {
  constructor(
    /** What each handler may not hear. */
    readonly denials: readonly Denial[],
    /** Ways around, each in a sentence. */
    readonly waysAround: readonly string[],
  ) {
    const all = [...denials.map(describeDenial), ...waysAround];
    const list = all.map((each) => `\n- ${each}`).join('');
    super(
      'EVENT_BUS_PERMISSIONS',
      `Permissions don't allow what the application does${all.length === 1 ? '' : `, in ${all.length} places`}:${list}`,
      all,
    );
  }
}
/** `@StartupStep` stands where it can't work, or was given what it can't use: thrown when the class is defined. */
export class InvalidStepError extends EventBusError {
  constructor(
    /** `Class.method` */
    readonly step: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super('EVENT_BUS_INVALID_STEP', `@StartupStep() on ${step}: ${reason}`, step, options);
  }
}

/** The startup steps can't run as they are declared. Thrown before any of them, and any `onModuleInit` but the bus's, has run. */
export class StartupGraphError extends EventBusError {
  constructor(
    /** All that is wrong, in whole sentences. */
    readonly problems: readonly string[],
  ) {
    const list = problems.map((each) => `\n- ${each}`).join('');
    super('EVENT_BUS_STARTUP_GRAPH', `The startup steps can’t run as they are declared:${list}`, problems);
  }
}

/** The time of a startup step, or of what it waited for from outside, was up. */
export class StepTimeoutError extends EventBusError {
  constructor(
    /** `Module/Class.method` */
    readonly step: string,
    /** ms */ readonly timeout: number,
    /** The external topic or pattern that did not come; undefined when the method took too long. */
    readonly awaited?: string,
  ) {
    super(
      'EVENT_BUS_STEP_TIMEOUT',
      awaited === undefined
        ? `${step} took longer than ${timeout} ms. Its signal was aborted. Raise its option "timeout" if it needs more.`
        : `${step} waited ${timeout} ms for external('${awaited}'), and nobody brought it. Raise the option "timeout" of external() if it may take longer.`,
      step,
    );
  }
}

/** Startup steps failed, and with them the start. `cause` is what the first of them threw. */
export class StartupFailedError extends EventBusError {
  constructor(
    /** Those that failed, in the order in which they did. */
    readonly failures: readonly StepFailure[],
  ) {
    super(
      'EVENT_BUS_STARTUP_FAILED',
      `The application can’t start: ${failures.map(describeFailure).join('\n')}`,
      failures.map(({ step }) => step),
      { cause: failures[0]?.error },
    );
  }
}

/** The application was told to stop while it was starting. */
export class StartupAbortedError extends EventBusError {
  constructor(
    /** Such as `SIGTERM`, or `The shutdown`. */
    signal: string,
    /** The names of the steps that had not ended. */
    readonly pending: readonly string[],
  ) {
    const left =
      pending.length === 0
        ? 'Its startup steps had ended, but not its hooks.'
        : `These startup steps had not ended: ${pending.join(', ')}.`;
    super('EVENT_BUS_STARTUP_ABORTED', `${signal} came while the application was starting. ${left}`, signal);
  }
}

function describeFailure({ step, topic, error, starved }: StepFailure): string {
  const what = topic === undefined ? step : `${step}, which emits "${topic}",`;
  const chain =
    starved.length === 0 ? 'Nothing waited for it.' : `Waiting for it were ${starved.join(', ')}.`;
  return `${what} failed: ${messageOf(error)} ${chain}`;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `${String(error)} was thrown`;
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
