import type { Logger } from 'pino';
import { type BusEvent, describeDenial, type Observer, PermissionDeniedError } from '../core/index.js';
import { guardLogger } from './guarded-logger.js';
import type { LogOptions } from './log-options.js';
import { type LoggedBus, LogPolicy } from './log-policy.js';

export type { Logger };

/**
 * Writes what the bus did to a pino logger: every event at `debug` (or as `levels` says), with its data, redacted and bounded;
 * what the shutdown drained, attempts that will be repeated and the end of pauses at `info`; failed handlers and tasks at
 * `error`, with their stack; warnings, paused handlers, refused calls, events that came too late and the first event of a run
 * that a full queue lost at `warn`. Of sensitive events no data is written, and no message of what their handlers threw; of
 * others, nothing that stands under a secret's name. Metadata is never written. The level is checked before anything is built.
 * What the logger throws fails nobody.
 *
 * @param bus the one that is observed, which knows what is sensitive
 * @throws InvalidOptionError
 */
export function pinoObserver(bus: LoggedBus, destination: Logger, options: LogOptions = {}): Observer {
  const policy = new LogPolicy(bus, options);
  const serializers = Object.entries(options.serializers ?? {}).filter(([field]) => field !== 'data');
  const logger = guardLogger(destination, (fields) =>
    serializers.length === 0 ? fields : serialize(fields, serializers, policy),
  );
  return {
    emitted(event, subscriptions) {
      const level = policy.level(event);
      if (!logger.isLevelEnabled(level)) return;
      const data = policy.data(event);
      logger.write(
        level,
        { ...facts(event), subscriptions, ...(data !== undefined && { data }) },
        `${event.topic} emitted`,
      );
    },

    failed({ event, subscription, error, phase, attempts, deadLetter }) {
      if (!logger.isLevelEnabled('error')) return;
      const handler = subscription.label;
      const who = phase === 'handler' ? handler : `The ${phase} of ${handler}`;
      const times = attempts > 1 ? `, ${attempts} times` : '';
      logger.error(
        { err: policy.thrownOn(event, error), handler, ...facts(event), deadLetter },
        `${who} failed on ${event.topic}${times}`,
      );
    },

    // It may yet succeed: nothing to wake anybody for.
    retrying({ event, subscription, error, attempt, delay }) {
      if (!logger.isLevelEnabled('info')) return;
      const handler = subscription.label;
      logger.info(
        { err: policy.thrownOn(event, error), handler, ...facts(event), attempt },
        `${handler} failed on ${event.topic} and is called again in ${Math.round(delay)} ms`,
      );
    },

    paused({ subscription, failures, resumeAfter, event }) {
      if (!logger.isLevelEnabled('warn')) return;
      const handler = subscription.label;
      const until = resumeAfter === Infinity ? 'resume() is called' : `a trial in ${resumeAfter} ms`;
      logger.warn(
        { handler, ...facts(event), failures },
        `${handler} is paused on ${subscription.pattern} until ${until}: failures in a row: ${failures}`,
      );
    },

    resumed({ subscription, by }) {
      if (!logger.isLevelEnabled('info')) return;
      const handler = subscription.label;
      const why = by === 'trial' ? ': its trial succeeded' : '';
      logger.info({ handler }, `${handler} is resumed on ${subscription.pattern}${why}`);
    },

    taskFailed(task, error) {
      if (!logger.isLevelEnabled('error')) return;
      const { name, source } = task;
      logger.error({ err: policy.thrown(error), task: name, source }, `The task "${name}" failed`);
    },

    warned({ code, message }) {
      if (logger.isLevelEnabled('warn')) logger.warn({ code }, policy.text(message));
    },

    closed({ drained, aborted, dropped, refused }) {
      if (!logger.isLevelEnabled('info')) return;
      const counts = { drained, aborted: aborted.length, dropped, refused };
      logger.info(
        counts,
        `The event bus closed: ${drained} drained, ${aborted.length} aborted, ${dropped} events dropped, ${refused} refused`,
      );
    },

    // A middleware that drops an event does what it was added for; an event that comes too late is a loss.
    dropped(event, reason) {
      const level = reason === 'middleware' ? policy.level(event) : 'warn';
      if (!logger.isLevelEnabled(level)) return;
      const why = reason === 'middleware' ? 'a middleware dropped it' : 'the bus (or its scope) was closed';
      logger.write(level, facts(event), `${event.topic} was delivered to nobody: ${why}`);
    },

    overflowed(event, subscription, run, fate) {
      if (run !== 1 || !logger.isLevelEnabled('warn')) return;
      const handler = subscription.label;
      const what = fate === 'dropped' ? 'loses' : 'refuses';
      logger.warn(
        { handler, ...facts(event) },
        `The queue of ${handler} is full and ${what} events, first one of ${event.topic}`,
      );
    },

    denied(denial) {
      if (denial.times !== 1 || !logger.isLevelEnabled('warn')) return;
      const { source, direction, topic } = denial;
      logger.warn({ code: 'EVENT_BUS_PERMISSION_DENIED', source, direction, topic }, describeDenial(denial));
    },

    relieved(subscription, losses) {
      if (!logger.isLevelEnabled('warn')) return;
      const handler = subscription.label;
      logger.warn({ handler, losses }, `The queue of ${handler} has room again, after ${losses} losses`);
    },

    // The consumer of a stream that leaves has seen enough; a handler's events were meant to be handled.
    discarded(subscription, events) {
      const level = subscription.kind === 'stream' ? 'debug' : 'warn';
      if (!logger.isLevelEnabled(level)) return;
      const handler = subscription.label;
      logger[level]({ handler, events }, `${handler} ended, and ${events} events in its queue with it`);
    },

    refused({ topic, source, error }) {
      // Told as denied, once.
      if (error instanceof PermissionDeniedError || !logger.isLevelEnabled('warn')) return;
      const what = typeof topic === 'string' ? policy.text(topic) : 'An emit';
      logger.warn({ err: policy.refusal(topic, error), source }, `${what} was refused`);
    },
  };
}

/** What a line may tell of an event. */
function facts({ id, topic, source, correlationId }: BusEvent): object {
  return { eventId: id, topic, source, correlationId };
}

/** The fields with those that have a serializer in its words; what it returns is redacted and bounded like data. */
function serialize(
  fields: object,
  serializers: readonly (readonly [field: string, serializer: (value: unknown) => unknown])[],
  policy: LogPolicy,
): object {
  const serialized: Record<string, unknown> = { ...fields };
  for (const [field, serializer] of serializers) {
    if (serialized[field] === undefined) continue;
    try {
      serialized[field] = policy.shown(serializer(serialized[field]));
    } catch {
      serialized[field] = '[its serializer threw]';
    }
  }
  return serialized;
}
