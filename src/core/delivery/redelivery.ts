import type { CalledHandler } from './attempt.js';
import type { Letter } from './dead-letter-store.js';
import { count, run, succeed, tellFailure } from './delivery.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import type { Engine } from '../engine.js';
import { BusClosedError, SubscriptionEndedError } from '../errors.js';
import { EmitReport } from '../publish/report.js';
import type { Subscription } from '../subscription/subscription.js';
import { ownerOf } from '../subscription/subscription.js';

const NOTHING: DeliveryPolicy = { timeout: Infinity, retry: undefined, pause: undefined };

/** Calls the handler of a letter alone, past its pause, filter, once and queue. @throws BusClosedError, SubscriptionEndedError */
export async function redeliver(engine: Engine, letter: Letter): Promise<EmitReport> {
  const { event } = letter;
  if (engine.closed) throw new BusClosedError(`the dead letter ${letter.id} can't be redelivered any more`);
  const subscription = addressee(engine, letter.subscription);
  const handler = (subscription?.handler ?? subscription?.weakHandler?.deref()) as CalledHandler | undefined;
  if (subscription === undefined || handler === undefined) {
    const { label, pattern } = letter.subscription;
    throw new SubscriptionEndedError(label, pattern, letter.id);
  }
  const report = new EmitReport(event);
  const delivery = { engine, subscription, event, handler, attempts: 0 };
  const task = engine.tasks.start(subscription, event.source);
  count(engine, subscription, report);
  try {
    // Once the caller knows that it is under way: who is told of a failure may ask for the same again.
    await Promise.resolve();
    await engine.nesting.within([event.topic], () =>
      run(delivery, subscription.policy ?? NOTHING, {
        succeeded(result) {
          engine.deadLetters.delete(letter.id);
          succeed(engine, subscription, event, report, result);
        },
        failed(error) {
          const { attempts } = delivery;
          engine.deadLetters.failedAgain(letter, { error, attempts });
          const failure = { event, subscription, error, phase: 'handler', attempts } as const;
          tellFailure(engine, { ...failure, deadLetter: letter.id }, report);
        },
      }),
    );
  } finally {
    engine.tasks.end(task);
  }
  return report;
}

/** The subscription itself, also if it was for one event; or the one that has taken its place, as after a hot reload. */
function addressee(engine: Engine, subscription: Subscription): Subscription | undefined {
  if (subscription.active || subscription.spent) return subscription;
  const { pattern, scope, label, traits } = subscription;
  const owner = ownerOf(subscription);
  for (const { path, router } of engine.root.tree()) {
    if (path !== scope) continue;
    for (const other of router.subscribersTo(pattern)) {
      const isSame = traits.key ? other.traits.key === traits.key : other.label === label;
      if (isSame && ownerOf(other) === owner && other.kind === 'handler') return other;
    }
  }
  return undefined;
}
