import {
  checkTimeout,
  type EventMap,
  type PatternArgument,
  toPattern,
  type TopicHint,
  type TopicLike,
} from '../../core/index.js';

/** Options of `external()`. */
export interface ExternalOptions {
  /** How long it is waited for, in ms since `system:started`; `Infinity` waits for ever. @default 600_000 */
  timeout?: number | undefined;
}

/** Something that no startup step brings. Made by `external()`. */
export class External {
  /** @internal */
  constructor(
    readonly pattern: string,
    readonly timeout: number,
  ) {}
}

/**
 * For `after` of `@StartupStep()`: an event that a person, another system or other code brings. It may come at any time, so the
 * steps behind it never keep the application from listening. If it doesn't come in time, the step fails.
 *
 * @throws InvalidPatternError, InvalidOptionError
 */
export function external<const P extends TopicHint<EventMap>>(
  pattern: PatternArgument<EventMap, P>,
  options?: ExternalOptions,
): External;
export function external(pattern: TopicLike, options: ExternalOptions = {}): External {
  checkTimeout('external()', options);
  return new External(toPattern(pattern).source, options.timeout ?? 600_000);
}
