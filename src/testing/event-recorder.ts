import type {
  BusEvent,
  DataFor,
  EventMap,
  PatternArgument,
  RootEventBus,
  TopicHint,
  TopicLike,
} from '../core/index.js';
import { toPattern } from '../core/index.js';
import { describeAll, describeInstead, type NearMiss } from './describe-recording.js';
import { describeValue } from './describe-value.js';
import { type Caller, callerOfThis, EventExpectationError } from './expectation-error.js';
import { type Mismatch, mismatches, type PartialData } from './mismatches.js';
import { checkNextOptions, type NextOptions } from './next-options.js';
import type { EmittedEvent, RecordedEvent, RecordedFailure } from './recorded-event.js';
import { Recording } from './recording.js';

type Pattern = ReturnType<typeof toPattern>;

/** A `next` that goes on. */
interface Waiter {
  /** Answers whether it takes the event. */
  readonly offer: (event: EmittedEvent) => boolean;
  readonly stop: () => void;
}

/** What happens on a bus from the moment the recording begins, for tests. Made by `recordEvents`. */
export class EventRecorder<Events = EventMap> {
  readonly #recording: Recording;
  readonly #waiters = new Set<Waiter>();
  readonly #returned = new WeakSet<EmittedEvent>();

  /** @internal */
  constructor(
    /** The bus that is recorded: `await recorder.bus.idle()` waits until nothing is in flight. */
    readonly bus: RootEventBus<Events>,
  ) {
    this.#recording = new Recording(bus, (event) => this.#offer(event));
  }

  /** All that was emitted, in order, by whom, and what each handler did; what was dropped or refused included. */
  get events(): readonly RecordedEvent[] {
    return [...this.#recording.records];
  }

  /** The handlers that failed so far, in the order of their events. */
  get failures(): readonly RecordedFailure[] {
    return this.#recording.emitted.flatMap(({ topic, handlers }) =>
      handlers.flatMap(({ handler, outcome, error }) =>
        outcome === 'failed' ? [{ topic, handler, error }] : [],
      ),
    );
  }

  /**
   * The handlers that have handled an event that matches, to the end and without failing: `Module/Class.method` or the
   * function's name, once for each event.
   *
   * @throws InvalidPatternError
   */
  handled<const P extends TopicHint<Events>>(pattern: PatternArgument<Events, P>): readonly string[];
  handled(pattern: TopicLike): readonly string[] {
    return this.#matching(toPattern(pattern)).flatMap(({ handlers }) =>
      handlers.flatMap(({ handler, outcome }) => (outcome === 'returned' ? [handler] : [])),
    );
  }

  /**
   * Resolves with the first event that matches and that `next` has not returned yet, whether it has happened already or is
   * still to come. Its handlers may still be running.
   *
   * @throws (rejects) EventExpectationError after `timeout` ms (1,000 unless given) and when the recording stops; and with
   * what the filter throws; InvalidPatternError and InvalidOptionError at once
   */
  next<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    options?: NextOptions<DataFor<Events, P>>,
  ): Promise<EmittedEvent<DataFor<Events, P>>>;
  next(patternLike: TopicLike, options: NextOptions<never> = {}): Promise<EmittedEvent> {
    checkNextOptions(options);
    const pattern = toPattern(patternLike);
    const caller = callerOfThis();
    const promise = new Promise<EmittedEvent>((resolve, reject) =>
      this.#wait(pattern, options, caller, resolve, reject),
    );
    // As with `waitFor`: the time-out of a wait that was given up doesn't crash the process.
    promise.catch(() => {});
    return promise;
  }

  /**
   * Asserts that an event that matches was emitted, and returns the first one. Given a part of its data, it must contain
   * that, in full depth; asymmetric matchers such as `expect.any(Number)` may stand for any part.
   *
   * @throws EventExpectationError, InvalidPatternError
   */
  expect<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    partial?: PartialData<DataFor<Events, P>>,
  ): EmittedEvent<DataFor<Events, P>>;
  expect(patternLike: TopicLike, partial?: unknown): EmittedEvent {
    const pattern = toPattern(patternLike);
    const found = this.#matching(pattern).find(({ data }) => differences(data, partial).length === 0);
    if (found !== undefined) return found;
    const nearMisses = this.#recording.records
      .filter(({ topic }) => pattern.matches(topic))
      .map((recorded) => ({
        recorded,
        differences: recorded.outcome === 'refused' ? [] : differences(recorded.data, partial),
      }));
    throw this.#failure(
      pattern,
      `Expected an ${wanted(pattern, partial)}, but none was emitted.`,
      nearMisses,
      callerOfThis(),
    );
  }

  /**
   * Asserts that no event that matches (and, given a part of data, contains it) was emitted.
   *
   * @throws EventExpectationError, InvalidPatternError
   */
  expectNone<const P extends TopicHint<Events>>(
    pattern: PatternArgument<Events, P>,
    partial?: PartialData<DataFor<Events, P>>,
  ): void;
  expectNone(patternLike: TopicLike, partial?: unknown): void {
    const pattern = toPattern(patternLike);
    const found = this.#matching(pattern).filter(({ data }) => differences(data, partial).length === 0);
    if (found.length === 0) return;
    throw new EventExpectationError(
      pattern.source,
      `Expected no ${wanted(pattern, partial)}.\n\n${describeAll('Emitted', found)}`,
      callerOfThis(),
    );
  }

  /** Forgets all that was recorded. A `next` that waits goes on waiting. */
  clear(): void {
    this.#recording.clear();
  }

  /** Ends the recording. What was recorded can still be read; a `next` that waits rejects. */
  stop(): void {
    this.#recording.stop();
    for (const waiter of this.#waiters) waiter.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #matching(pattern: Pattern): readonly EmittedEvent[] {
    return this.#recording.emitted.filter(({ topic }) => pattern.matches(topic));
  }

  #wait(
    pattern: Pattern,
    { timeout = 1_000, filter }: NextOptions<never>,
    caller: Caller,
    resolve: (event: EmittedEvent) => void,
    reject: (error: unknown) => void,
  ): void {
    const accepts = ({ topic, data, event }: EmittedEvent): boolean =>
      pattern.matches(topic) &&
      (filter === undefined || filter(data as never, event as BusEvent<never>) === true);
    const past = this.#recording.emitted.find((event) => !this.#returned.has(event) && accepts(event));
    if (past !== undefined) {
      this.#returned.add(past);
      return resolve(past);
    }
    const fail = (message: string): void =>
      reject(this.#failure(pattern, message, this.#passedOver(pattern), caller));
    const stopped = `The recording was stopped before an ${wanted(pattern)} was emitted.`;
    if (this.#recording.stopped) return fail(stopped);
    const settle = (outcome: () => void): void => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
      outcome();
    };
    const waiter: Waiter = {
      offer(event) {
        try {
          if (!accepts(event)) return false;
        } catch (error) {
          settle(() => reject(error));
          return false;
        }
        settle(() => resolve(event));
        return true;
      },
      stop: () => settle(() => fail(stopped)),
    };
    const timeUp = `Expected an ${wanted(pattern)} within ${timeout} ms, but none was emitted.`;
    const timer = timeout === Infinity ? undefined : setTimeout(() => settle(() => fail(timeUp)), timeout);
    this.#waiters.add(waiter);
  }

  #offer(event: EmittedEvent): void {
    for (const waiter of this.#waiters) {
      if (!waiter.offer(event)) continue;
      this.#returned.add(event);
      return;
    }
  }

  /** What matches a `next`, and why it was not returned. */
  #passedOver(pattern: Pattern): NearMiss[] {
    return this.#recording.records
      .filter(({ topic }) => pattern.matches(topic))
      .map((recorded) => {
        if (recorded.outcome !== 'emitted') return { recorded };
        const isReturned = this.#returned.has(recorded as EmittedEvent);
        return { recorded, note: isReturned ? 'next() has returned it already' : 'the filter refused it' };
      });
  }

  #failure(
    { source }: Pattern,
    message: string,
    nearMisses: readonly NearMiss[],
    caller: Caller,
  ): EventExpectationError {
    const instead = describeInstead(source, nearMisses, this.#recording.records);
    return new EventExpectationError(source, `${message}\n\n${instead}`, caller);
  }
}

/** Where the data doesn't contain what a test gave of it, if it gave any. */
function differences(data: unknown, partial: unknown): readonly Mismatch[] {
  return partial === undefined ? [] : mismatches(data, partial);
}

function wanted({ source }: Pattern, partial?: unknown): string {
  return `event "${source}"${partial === undefined ? '' : ` with data containing ${describeValue(partial)}`}`;
}
