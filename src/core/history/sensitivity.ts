import { describeError, quoteError, WITHHELD } from '../describe-error.js';
import type { BusEvent } from '../event/event.js';
import { isOccurrence, occurrenceOf, withContents, withData } from '../event/event.js';
import type { HandlerFailed } from '../event/handler-failed.js';
import { HANDLER_FAILED } from '../event/handler-failed.js';
import type { Pattern } from '../event/pattern.js';
import type { Redactor } from './redactor.js';
import type { SubscriptionPaused } from '../event/subscription-paused.js';
import { SUBSCRIPTION_PAUSED } from '../event/subscription-paused.js';

/** For how many topics the answer is kept ready. */
const MEMORY = 10_000;

/**
 * The one place that knows what may be shown of events to anybody but their handlers. Of sensitive ones, that they happened,
 * without data and metadata; they are not even kept otherwise. Of others, what the redactor leaves: they are kept whole, for
 * handlers to whom they are replayed, and looked through when they are first shown.
 */
export class Sensitivity {
  readonly #topics = new Set<string>();
  /** Where nothing is sensitive, nothing is asked. */
  #isIdle: boolean;
  readonly #answers = new Map<string, boolean>();
  /** One for each event, however many ask. */
  readonly #kept = new WeakMap<BusEvent, BusEvent>();
  readonly #shown = new WeakMap<BusEvent, BusEvent>();
  readonly #errors = new WeakMap<BusEvent, Map<unknown, unknown>>();
  /** What announcements are about. */
  readonly #causes = new WeakMap<BusEvent, BusEvent>();

  constructor(
    private readonly patterns: readonly Pattern[],
    private readonly redactor?: Redactor,
  ) {
    this.#isIdle = patterns.length === 0;
  }

  /** Makes a topic sensitive by its definition. */
  add(topic: string): void {
    this.#topics.add(topic);
    this.#isIdle = false;
    this.#answers.clear();
  }

  /** Whether the topic's events are sensitive. */
  covers(topic: string): boolean {
    if (this.#isIdle) return false;
    let answer = this.#answers.get(topic);
    if (answer === undefined) {
      answer = this.#topics.has(topic) || this.patterns.some((pattern) => pattern.matches(topic));
      if (this.#answers.size >= MEMORY) this.#answers.clear();
      this.#answers.set(topic, answer);
    }
    return answer;
  }

  /** The event as it may be kept, for handlers to come: itself or, if it is sensitive, a copy that says that it happened. */
  kept(event: BusEvent): BusEvent {
    if (this.#isIdle || isOccurrence(event)) return event;
    const known = this.#kept.get(event);
    if (known !== undefined) return known;
    const kept = this.covers(event.topic)
      ? occurrenceOf(event)
      : withoutError(event, this.covers(failedTopic(event) ?? ''));
    if (kept !== event) this.#kept.set(event, kept);
    return kept;
  }

  /** The event as it may be shown: itself, if nothing in it is secret. */
  shown(event: BusEvent): BusEvent {
    const kept = this.kept(event);
    if (this.redactor === undefined || isOccurrence(kept)) return kept;
    let shown = this.#shown.get(kept);
    if (shown === undefined) {
      shown = this.#redacted(kept, this.redactor);
      this.#shown.set(kept, shown);
      this.#shown.set(shown, shown);
    }
    return shown;
  }

  /** What was thrown by code that had the event in hand, as it may be shown; undefined where none of it may be. */
  shownError(error: unknown, event: BusEvent): unknown {
    if (this.hidesErrors(event)) return undefined;
    if (this.redactor === undefined) return error;
    let known = this.#errors.get(event);
    if (known === undefined) this.#errors.set(event, (known = new Map<unknown, unknown>()));
    if (!known.has(error)) known.set(error, this.redactor.error(error, event.data));
    return known.get(error);
  }

  /** The same as text, its stack included. */
  describeError(error: unknown, event: BusEvent): string {
    return this.hidesErrors(event) ? WITHHELD : describeError(this.shownError(error, event));
  }

  /** The same for use in another message. */
  quoteError(error: unknown, event: BusEvent): string {
    return this.hidesErrors(event) ? WITHHELD : quoteError(this.shownError(error, event));
  }

  /** What a schema says of the event's data, at that path. */
  issue(message: string, path: readonly string[], event: BusEvent): string {
    return this.redactor?.issue(message, path, event.data) ?? message;
  }

  /** Whether nothing is shown of the topic's events but that they happened. */
  hides(topic: string): boolean {
    return this.covers(topic) || this.redactor?.hides(topic) === true;
  }

  /** Whether what was thrown by code that had the event in hand may say what is not to be shown. */
  hidesErrors(event: BusEvent): boolean {
    if (this.#isIdle && this.redactor === undefined) return false;
    const failed = failedTopic(event);
    return this.hides(event.topic) || (failed !== undefined && this.hides(failed));
  }

  /** Remembers what an announcement is about: what was thrown may quote it. */
  relate(announced: BusEvent, cause: BusEvent | undefined): void {
    if (this.redactor !== undefined && cause !== undefined) this.#causes.set(announced, cause);
  }

  #redacted(event: BusEvent, redactor: Redactor): BusEvent {
    if (redactor.hides(event.topic)) return occurrenceOf(event);
    const failed = failedTopic(event);
    let said = event;
    if (failed !== undefined) {
      const cause = this.#causes.get(event);
      const { error } = event.data as HandlerFailed;
      if (redactor.hides(failed)) said = withoutError(event, true);
      else if (cause !== undefined) {
        const shown = this.shownError(error, cause);
        if (shown !== error) said = withData(event, { ...(event.data as HandlerFailed), error: shown });
      }
    }
    const data = redactor.data(said.data);
    const metadata = redactor.metadata(event.metadata);
    return data === event.data && metadata === event.metadata ? event : withContents(event, data, metadata);
  }
}

function withoutError(event: BusEvent, isHidden: boolean): BusEvent {
  return isHidden ? withData(event, { ...(event.data as object), error: undefined }) : event;
}

/** The topic whose handler failed, if the event announces that. A middleware may have changed its data. */
function failedTopic({ topic, data }: BusEvent): string | undefined {
  if (topic !== HANDLER_FAILED && topic !== SUBSCRIPTION_PAUSED) return undefined;
  const failed = (data as Partial<HandlerFailed | SubscriptionPaused> | null | undefined)?.topic;
  return typeof failed === 'string' ? failed : undefined;
}
