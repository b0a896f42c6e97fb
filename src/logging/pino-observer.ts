import type { Logger } from 'pino';
import { type BusEvent, describeDenial, type Observer, PermissionDeniedError } from '../core/index.js';
import { shownError } from './shown-error.js';

export type { Logger };

/**
 * Writes what the bus did to a pino logger: every event at `debug`; what the shutdown drained, attempts that will be repeated and the end of pauses at `info`;
 * failed handlers and tasks at `error`, with their stack; warnings, paused handlers, refused calls, events that came too late and the first event of a run that a full queue lost at `warn`. Data and
 * metadata are never written. The level is checked before anything is built.
 */
export function pinoObserver(logger: Logger): Observer {
  return {
    emitted(event, subscriptions) {
      if (!logger.isLevelEnabled('debug')) return;
      logger.debug({ ...facts(event), subscriptions }, `${event.topic} emitted`);
    },

    failed({ event, subscription, error, phase, attempts, deadLetter }) {
      if (!logger.isLevelEnabled('error')) return;
      const handler = subscription.label;
      const who = phase === 'handler' ? handler : `The ${phase} of ${handler}`;
      const times = attempts > 1 ? `, ${attempts} times` : '';
      logger.error(
        { err: shownError(error), handler, ...facts(event), deadLetter },
        `${who} failed on ${event.topic}${times}`,
      );
    },

    // It may yet succeed: nothing to wake anybody for.
    retrying({ event, subscription, error, attempt, delay }) {
      if (!logger.isLevelEnabled('info')) return;
      const handler = subscription.label;
      logger.info(
        { err: shownError(error), handler, ...facts(event), attempt },
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
      logger.error({ err: shownError(error), task: name, source }, `The task "${name}" failed`);
    },

    warned({ code, message }) {
      if (logger.isLevelEnabled('warn')) logger.warn({ code }, message);
    },

    closed({ drained, aborted, dropped }) {
      if (!logger.isLevelEnabled('info')) return;
      const counts = { drained, aborted: aborted.length, dropped };
      logger.info(
        counts,
        `The event bus closed: ${drained} drained, ${aborted.length} aborted, ${dropped} events dropped`,
      );
    },

    // A middleware that drops an event does what it was added for; an event that comes too late is a loss.
    dropped(event, reason) {
      const level = reason === 'middleware' ? 'debug' : 'warn';
      if (!logger.isLevelEnabled(level)) return;
      const why = reason === 'middleware' ? 'a middleware dropped it' : 'the bus (or its scope) was closed';
      logger[level](facts(event), `${event.topic} was delivered to nobody: ${why}`);
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
      const what = typeof topic === 'string' ? topic : 'An emit';
      logger.warn({ err: shownError(error), source }, `${what} was refused`);
    },
  };
}

/** What a line may tell of an event. */
function facts({ id, topic, source, correlationId }: BusEvent): object {
  return { eventId: id, topic, source, correlationId };
}
