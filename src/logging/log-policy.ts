import type { BusEvent, HandlerFailed, RootEventBus } from '../core/index.js';
import { InvalidDataError, toPattern } from '../core/index.js';
import type { LogLevel, LogOptions } from './log-options.js';
import { checkLogOptions } from './log-options.js';
import { maskedText } from './mask-secrets.js';
import type { Redaction } from './redaction.js';
import { createRedaction } from './redaction.js';
import { secretValues } from './secret-values.js';
import { type ShownData, shownData } from './shown-data.js';
import { shownError } from './shown-error.js';

/** For how many topics the answers are kept ready. */
const MEMORY = 10_000;
/** How much of an error's message, and of its stack, is shown. */
const MAX_ERROR = 16_384;

/** Events of the bus that say what a handler threw. Their data has its event's topic. */
const ABOUT_FAILURES: readonly string[] = ['system:handler_failed', 'system:subscription_paused'];

/** The part of a bus that says which events are sensitive. */
export type LoggedBus = Pick<RootEventBus, 'isSensitive'>;

type Summarize = (data: unknown, event: BusEvent) => unknown;

/** What the options say of one topic. */
interface TopicPolicy {
  readonly level: LogLevel;
  readonly hidden: boolean;
  readonly summarize: Summarize | undefined;
}

/** What the log may show: of an event's data, and of what its handlers threw. The one place that decides it. */
export class LogPolicy {
  readonly #redaction: Redaction;
  readonly #levels: readonly ByPattern<LogLevel>[];
  readonly #hidden: readonly ByPattern<true>[];
  readonly #summaries: readonly ByPattern<Summarize>[];
  readonly #maxDataLength: number;
  readonly #byTopic = new Map<string, TopicPolicy>();

  /** @throws InvalidOptionError */
  constructor(
    private readonly bus: LoggedBus,
    private readonly options: LogOptions,
  ) {
    checkLogOptions(options);
    const { levels = {}, redact = {}, summarize = {}, maxDataLength = 2_048 } = options;
    this.#redaction = createRedaction(redact.keys, redact.paths);
    this.#levels = byPattern(Object.entries(levels));
    this.#hidden = byPattern((redact.topics ?? []).map((topic) => [topic, true]));
    // What was thrown stands in the line of the failure, whose event tells what must not be shown of it.
    this.#summaries = byPattern([
      ...Object.entries(summarize),
      ...ABOUT_FAILURES.map((topic) => [topic, withoutError] as const),
    ]);
    this.#maxDataLength = maxDataLength;
  }

  /** At which level an event is told of. */
  level(event: BusEvent): LogLevel {
    return this.#levels.length === 0 ? 'debug' : this.#of(event.topic).level;
  }

  /** The data as it may be shown; undefined where none of it may be. Never throws. */
  data(event: BusEvent): ShownData {
    if (this.#hides(event.topic)) return undefined;
    const { summarize } = this.#of(event.topic);
    const serialize = this.options.serializers?.['data'];
    try {
      const data = this.#isHidden(event) ? withoutError(event.data) : event.data;
      const summary = summarize === undefined ? data : summarize(data, event);
      return this.shown(serialize === undefined ? summary : serialize(summary));
    } catch {
      return '[what should have summarized it threw]';
    }
  }

  /** Any value, redacted and bounded. */
  shown(value: unknown): ShownData {
    return shownData(value, this.#redaction, this.#maxDataLength);
  }

  /** What was thrown by code that had the event in hand, without what must not be shown of its data. */
  thrownOn(event: BusEvent, error: unknown): Error {
    return this.#shownError(error, this.#isHidden(event), event.data);
  }

  /** What an emit was refused with. */
  refusal(topic: unknown, error: unknown): Error {
    const isHidden = typeof topic === 'string' && this.#hides(topic);
    return this.#shownError(error, isHidden, error instanceof InvalidDataError ? error.value : undefined);
  }

  /** What something threw that has no event. */
  thrown(error: unknown): Error {
    return this.#shownError(error, false, undefined);
  }

  /** Whether what code threw that had the event in hand may quote what must not be shown. */
  #isHidden(event: BusEvent): boolean {
    if (this.#hides(event.topic)) return true;
    const { topic } = (
      ABOUT_FAILURES.includes(event.topic) ? (event.data ?? {}) : {}
    ) as Partial<HandlerFailed>;
    return typeof topic === 'string' && this.#hides(topic);
  }

  #hides(topic: string): boolean {
    return this.bus.isSensitive(topic) || this.#of(topic).hidden;
  }

  /** A text of the bus's own, which may quote others. */
  text(text: string): string {
    return maskedText(text, MAX_ERROR, this.#redaction.isSecret);
  }

  #shownError(error: unknown, isHidden: boolean, data: unknown): Error {
    const { isSecret } = this.#redaction;
    const known = [...secretValues(data, this.#redaction), ...secretIssues(error, this.#redaction)];
    known.sort((a, b) => b.length - a.length);
    return shownError(error, { isHidden, mask: (text) => maskedText(text, MAX_ERROR, isSecret, known) });
  }

  #of(topic: string): TopicPolicy {
    let policy = this.#byTopic.get(topic);
    if (policy === undefined) {
      policy = {
        level: first(this.#levels, topic) ?? 'debug',
        hidden: first(this.#hidden, topic) ?? false,
        summarize: first(this.#summaries, topic),
      };
      if (this.#byTopic.size >= MEMORY) this.#byTopic.clear();
      this.#byTopic.set(topic, policy);
    }
    return policy;
  }
}

interface ByPattern<T> {
  readonly pattern: ReturnType<typeof toPattern>;
  readonly value: T;
}

function byPattern<T>(entries: readonly (readonly [pattern: string, value: T])[]): readonly ByPattern<T>[] {
  return entries.map(([source, value]) => ({ pattern: toPattern(source), value }));
}

function first<T>(all: readonly ByPattern<T>[], topic: string): T | undefined {
  return all.find(({ pattern }) => pattern.matches(topic))?.value;
}

function withoutError(data: unknown): unknown {
  const { error: _, ...rest } = data as Partial<HandlerFailed>;
  return rest;
}

/** What a schema says of a secret may quote it. */
function secretIssues(error: unknown, { isSecret }: Redaction): readonly string[] {
  if (!(error instanceof InvalidDataError)) return [];
  return error.issues
    .filter(({ path, message }) => message !== '' && path.split('.').some((key) => isSecret(key)))
    .map(({ message }) => message);
}
