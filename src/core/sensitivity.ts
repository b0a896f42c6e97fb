import type { BusEvent } from './event.js';
import { isOccurrence, occurrenceOf, withData } from './event.js';
import type { HandlerFailed } from './handler-failed.js';
import { HANDLER_FAILED } from './handler-failed.js';
import type { Pattern } from './pattern.js';
import type { SubscriptionPaused } from './subscription-paused.js';
import { SUBSCRIPTION_PAUSED } from './subscription-paused.js';

/** For how many topics the answer is kept ready. */
const MEMORY = 10_000;

/**
 * The one place that knows which events are sensitive, and what may be shown of them to anybody but their handlers: that they
 * happened, without data and metadata.
 */
export class Sensitivity {
  readonly #topics = new Set<string>();
  readonly #answers = new Map<string, boolean>();
  /** One for each event, however many ask. */
  readonly #shown = new WeakMap<BusEvent, BusEvent>();

  constructor(private readonly patterns: readonly Pattern[]) {}

  /** Makes a topic sensitive by its definition. */
  add(topic: string): void {
    this.#topics.add(topic);
    this.#answers.clear();
  }

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

  /** The event as it may be shown: itself or, if it is sensitive, a copy that says no more than that it happened. */
  shown(event: BusEvent): BusEvent {
    if (this.#isIdle) return event;
    if (isOccurrence(event)) return event;
    const known = this.#shown.get(event);
    if (known !== undefined) return known;
    const shown = this.covers(event.topic) ? occurrenceOf(event) : this.#withoutError(event);
    if (shown !== event) this.#shown.set(event, shown);
    return shown;
  }

  /** Whether what was thrown by code that had the event in hand may say what is not to be shown. */
  hidesErrors(event: BusEvent): boolean {
    if (this.#isIdle) return false;
    const failed = failedTopic(event);
    return this.covers(event.topic) || (failed !== undefined && this.covers(failed));
  }

  #withoutError(event: BusEvent): BusEvent {
    if (!this.hidesErrors(event)) return event;
    return withData(event, { ...(event.data as object), error: undefined });
  }

  /** Where nothing is sensitive, nothing is asked. */
  get #isIdle(): boolean {
    return this.patterns.length === 0 && this.#topics.size === 0;
  }
}

/** The topic whose handler failed, if the event announces that. A middleware may have changed its data. */
function failedTopic({ topic, data }: BusEvent): string | undefined {
  if (topic !== HANDLER_FAILED && topic !== SUBSCRIPTION_PAUSED) return undefined;
  const failed = (data as Partial<HandlerFailed | SubscriptionPaused> | null | undefined)?.topic;
  return typeof failed === 'string' ? failed : undefined;
}
