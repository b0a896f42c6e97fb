import { EventBusError } from '../core/index.js';

/** Where a call came from; made at the call, read when it has failed. */
export interface Caller {
  readonly stack?: string;
}

/** Who called the method that asks, so that a test runner shows the test's own line, also of a failure that comes later. */
export function callerOfThis(): Caller {
  const caller = {};
  Error.captureStackTrace(caller, callerOfThis);
  return caller;
}

/** What a test expected of the recorded events is not so. The message shows what was recorded instead. */
export class EventExpectationError extends EventBusError {
  /** @internal */
  constructor(pattern: string, message: string, { stack = '' }: Caller) {
    super('EVENT_BUS_EXPECTATION', message, pattern);
    // The first line is a heading, the second the method itself.
    this.stack = [`${this.name}: ${message}`, ...stack.split('\n').slice(2)].join('\n');
  }
}
