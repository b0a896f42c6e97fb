export { type AppEvents, readAppEvents } from './app-events.js';
export { declaredRights } from './declared-rights.js';
export { Emits } from './emits.decorator.js';
export {
  DuplicateModuleError,
  InvalidHandlerError,
  InvalidStepError,
  StartupAbortedError,
  StartupFailedError,
  StartupGraphError,
  StepTimeoutError,
  InvalidPermissionError,
  ModuleNotConfiguredError,
  PermissionsError,
  WrongImportError,
} from './errors.js';
export {
  EventBusModule,
  type EventBusModuleAsyncOptions,
  type EventBusModuleExtras,
} from './event-bus.module.js';
export type { EventBusModuleOptions, EventBusOptionsFactory, LoggingOptions } from './module-options.js';
export type { Grant, PermissionOptions } from './permission-options.js';
export { EventRequest } from './event-request.js';
export { Listens } from './listens.decorator.js';
export { observe } from './observe.js';
export { OnEvent, type OnEventOptions } from './on-event.decorator.js';
export { Own } from './own.js';
export { createApp, isRootModule, type RootModule } from './root-module-app.js';
export type { StartupState } from './startup/boot-sequence.js';
export { type External, external, type ExternalOptions } from './startup/external.js';
export { type PendingStep, Startup } from './startup/startup.js';
export { type GraphStep, type StartupGraph } from './startup/startup-graph.js';
export {
  StartupStep,
  type StartupStepMethod,
  type StartupStepOptions,
} from './startup/startup-step.decorator.js';
export { StepContext } from './startup/step-context.js';
export type { StepOptions, StepRetryOptions } from './startup/step-options.js';
export type { StepTiming, Timeline } from './startup/timeline.js';
