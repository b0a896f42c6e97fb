export type { GatedOptions } from './boot-gate.js';
export { BootGate } from './boot-gate.js';
export type { Allowance, Denial, PermissionDenied } from './denial.js';
export { describeDenial } from './denial.js';
export { describeError } from './describe-error.js';
export type { DeadLetter, DeadLetterQuery, RedeliveryReport } from './dead-letters.js';
export { DeadLetters } from './dead-letters.js';
export type { DefinitionOptions, EventDefinition, StandardSchema } from './definition.js';
export { defineEvent } from './definition.js';
export type { Backoff, DeliveryOptions, PauseOptions, RetryOptions } from './delivery-options.js';
export { checkDeliveryOptions } from './delivery-options.js';
export { delayAfter, retryOf } from './delivery-policy.js';
export type { Emitter } from './emitter.js';
export type { Counters } from './engine.js';
export {
  AlreadyRunningError,
  AsyncSchemaError,
  BusClosedError,
  DefinitionConflictError,
  EventBusError,
  HandlersFailedError,
  HandlerTimeoutError,
  HeldOverflowError,
  HoldEndedError,
  IdleTimeoutError,
  InvalidArgumentError,
  InvalidDataError,
  InvalidOptionError,
  InvalidPatternError,
  InvalidTopicError,
  MiddlewareError,
  NotStartedError,
  PermissionDeniedError,
  QueueFullError,
  RecursionError,
  SchemaError,
  SubscriptionEndedError,
  WaitTimeoutError,
} from './errors.js';
export type { DataIssue } from './errors.js';
export type { EventJson, EventMetadata } from './event.js';
export { BusEvent } from './event.js';
export type { Handler } from './event-bus.js';
export { EventBus } from './event-bus.js';
export type {
  DataFor,
  DataOf,
  EmitArguments,
  EventMap,
  OnEventMethod,
  PatternArgument,
  SystemEvents,
  TopicArgument,
  TopicHint,
  TopicLike,
  TopicsFor,
} from './event-map.js';
export { EventStream } from './event-stream.js';
export type { ExplainedSubscription, Explanation, Obstacle } from './explain.js';
export { HandlerContext } from './handler-context.js';
export type { HandlerFailed } from './handler-failed.js';
export { History } from './history.js';
export type {
  BootComplete,
  BootFailed,
  BootPhase,
  LifecycleEvents,
  MaintenanceMode,
  StepFailure,
  StepState,
  SystemStarted,
  SystemStarting,
  SystemStopped,
  SystemStopping,
} from './lifecycle-events.js';
export type { HistoryQuery } from './history.js';
export type { BusSnapshot, ScopedFigures, TaskFigures } from './inspect.js';
export type { EventChange, Middleware } from './middleware.js';
export type {
  BusWarning,
  Observer,
  PauseNotice,
  Refusal,
  ResumeNotice,
  RetryNotice,
  SkipReason,
} from './observer.js';
export type {
  EmitAsyncOptions,
  EmitOptions,
  OnceOptions,
  Overflow,
  QueueOptions,
  RootEventBusOptions,
  StreamOptions,
  SubscribeOptions,
  WaitOptions,
} from './options.js';
export { check, milliseconds, ofType } from './option-check.js';
export type { Checks } from './option-check.js';
export { checkSubscribeOptions, checkTimeout, ROOT_OPTION_NAMES } from './options.js';
export type { Owner } from './owner.js';
export { sourceOf } from './owner.js';
export { compilePattern, covers, nearMissOf, overlaps } from './pattern.js';
export { isDefinition, toPattern } from './pattern-argument.js';
export type { Redactor } from './redactor.js';
export type { DropReason, HandlerFailure, ReportedFailure } from './report.js';
export { EmitReport } from './report.js';
export type { Declaration, Direction, PermissionMode, Rights } from './rights.js';
export { PERMISSION_MODES } from './rights.js';
export { RootEventBus } from './root-event-bus.js';
export type { CloseReport } from './close-report.js';
export type { RawHandler } from './subscription.js';
export { Subscription } from './subscription.js';
export type { QueueFigures, SubscriptionFigures, SubscriptionKind } from './subscription-figures.js';
export type { SubscriptionPaused, SubscriptionResumed } from './subscription-paused.js';
export type { TaskState, TaskWork } from './tasks.js';
export { Task } from './tasks.js';
export { ignoreOutcome, isThenable } from './thenable.js';
export { isPattern, isTopic } from './topic.js';
