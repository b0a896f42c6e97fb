export type { GatedOptions } from './lifecycle/boot-gate.js';
export { BootGate } from './lifecycle/boot-gate.js';
export type { Allowance, Denial, PermissionDenied } from './rights/denial.js';
export { describeDenial } from './rights/denial.js';
export { describeError } from './describe-error.js';
export type { DeadLetter, DeadLetterQuery, RedeliveryReport } from './delivery/dead-letters.js';
export { DeadLetters } from './delivery/dead-letters.js';
export type { DefinitionOptions, EventDefinition, StandardSchema } from './event/definition.js';
export { defineEvent } from './event/definition.js';
export type { Backoff, DeliveryOptions, PauseOptions, RetryOptions } from './delivery/delivery-options.js';
export { checkDeliveryOptions } from './delivery/delivery-options.js';
export { delayAfter, retryOf } from './delivery/delivery-policy.js';
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
export type { EventJson, EventMetadata } from './event/event.js';
export { BusEvent } from './event/event.js';
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
} from './event/event-map.js';
export { EventStream } from './queue/event-stream.js';
export type { ExplainedSubscription, Explanation, Obstacle } from './explain.js';
export { HandlerContext } from './delivery/handler-context.js';
export type { HandlerFailed } from './event/handler-failed.js';
export { History } from './history/history.js';
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
} from './event/lifecycle-events.js';
export type { HistoryQuery } from './history/history.js';
export type { BusSnapshot, ScopedFigures, TaskFigures } from './inspect.js';
export type { EventChange, Middleware } from './publish/middleware.js';
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
export { compilePattern, covers, nearMissOf, overlaps } from './event/pattern.js';
export { isDefinition, toPattern } from './event/pattern-argument.js';
export type { Redactor } from './history/redactor.js';
export type { DropReason, HandlerFailure, ReportedFailure } from './publish/report.js';
export { EmitReport } from './publish/report.js';
export type { Declaration, Direction, PermissionMode, Rights } from './rights/rights.js';
export { PERMISSION_MODES } from './rights/rights.js';
export { RootEventBus } from './root-event-bus.js';
export type { CloseReport } from './lifecycle/close-report.js';
export type { RawHandler } from './subscription/raw-handler.js';
export { Subscription } from './subscription/subscription.js';
export type {
  QueueFigures,
  SubscriptionFigures,
  SubscriptionKind,
} from './subscription/subscription-figures.js';
export type { SubscriptionPaused, SubscriptionResumed } from './event/subscription-paused.js';
export type { TaskState, TaskWork } from './lifecycle/tasks.js';
export { Task } from './lifecycle/tasks.js';
export { ignoreOutcome, isThenable } from './thenable.js';
export { isPattern, isTopic } from './event/topic.js';
