import { announce } from '../publish/announce.js';
import type { Engine } from '../engine.js';
import type { FailedDelivery } from './failure-pause.js';
import { HANDLER_FAILED } from '../event/handler-failed.js';
import { scopeAt } from '../subscription/scope.js';
import type { Subscription } from '../subscription/subscription.js';
import type { PauseReports } from '../subscription/subscription-setting.js';
import type { SubscriptionPaused, SubscriptionResumed } from '../event/subscription-paused.js';
import { SUBSCRIPTION_PAUSED, SUBSCRIPTION_RESUMED } from '../event/subscription-paused.js';

/** What is told of pauses by failures: observers (or, where none listens, a warning), then whoever hears the bus's own topics. */
export function pauseReports(engine: Engine): PauseReports<Subscription> {
  return {
    paused(subscription, { failures, resumeAfter }, { event, error }) {
      const { id, label, pattern, scope } = subscription;
      if (engine.observers.wants.paused) {
        engine.observers.tell('paused', { subscription, failures, resumeAfter, event, error });
      } else {
        const why = engine.sensitivity.describeError(error, event);
        engine.warn({
          code: 'EVENT_BUS_SUBSCRIPTION_PAUSED',
          message: `${label} was paused on "${pattern}" after ${failures} ${failures === 1 ? 'failure' : 'failures in a row'}. The last one: ${why}`,
        });
      }
      if (isAboutHandlers(event)) return;
      const data: SubscriptionPaused = {
        subscriptionId: id,
        handler: label,
        pattern,
        failures,
        resumeAfter,
        eventId: event.id,
        topic: event.topic,
        error,
      };
      announce(engine, scopeAt(engine.root, scope), SUBSCRIPTION_PAUSED, data, event);
    },

    resumed(subscription, by, event) {
      const { id, label, pattern, scope } = subscription;
      engine.observers.tell('resumed', { subscription, by });
      if (event !== undefined && isAboutHandlers(event)) return;
      const data: SubscriptionResumed = { subscriptionId: id, handler: label, pattern, by };
      announce(engine, scopeAt(engine.root, scope), SUBSCRIPTION_RESUMED, data, event);
    },
  };
}

/** Who handles what the bus says of handlers is not itself announced: it might be told of itself without end. */
function isAboutHandlers({ topic }: FailedDelivery['event']): boolean {
  return topic === HANDLER_FAILED || topic === SUBSCRIPTION_PAUSED || topic === SUBSCRIPTION_RESUMED;
}
