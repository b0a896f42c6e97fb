import type { BusEvent } from './event/event.js';
import type { DataFor, EmitArguments, TopicArgument, TopicHint } from './event/event-map.js';
import type { EmitAsyncOptions, EmitOptions } from './options.js';
import type { EmitReport } from './publish/report.js';

/** The two ways to emit: what a bus and a handler's context have in common. */
export interface Emitter<Events> {
  /**
   * Delivers an event to everybody who listens: middleware and schema first, then every matching handler in order of
   * priority and subscription. Synchronous code runs before it returns; a promise becomes a tracked task. No handler can
   * fail the caller.
   *
   * @returns the event as it was delivered
   * @throws before anything is delivered, for the caller's own faults: InvalidTopicError, InvalidOptionError, InvalidDataError,
   * AsyncSchemaError, SchemaError, PermissionDeniedError, MiddlewareError, RecursionError, HoldEndedError, HeldOverflowError
   */
  emit<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitOptions>
  ): BusEvent<DataFor<Events, T>>;

  /**
   * Delivers like {@link emit}, one handler after another, each awaited before the next, and resolves when all are done,
   * nested emits that a handler awaits included. A failing handler doesn't reject it: see the report's `failures` and
   * `throwIfFailed()`.
   *
   * @throws (rejects) as `emit` throws, and with the signal's reason when it is aborted. A rejection that nobody handles is
   * told to the observers instead of crashing the process.
   */
  emitAsync<const T extends TopicHint<Events>>(
    topic: TopicArgument<Events, T>,
    ...rest: EmitArguments<Events, T, EmitAsyncOptions>
  ): Promise<EmitReport<DataFor<Events, T>>>;
}
