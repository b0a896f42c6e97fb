import { describeError } from '../describe-error.js';
import type { Engine } from '../engine.js';
import type { BusEvent } from '../event/event.js';
import { createEvent } from '../event/event.js';
import { transform } from './middleware.js';
import { publishInside } from './publish.js';
import type { Scope } from '../subscription/scope.js';

/**
 * Publishes an event of the bus itself. Not subject to the recursion limit, since what happens there is worth knowing; what
 * can't be published is warned of.
 *
 * @param cause the event that it is about
 */
export function announce(
  engine: Engine,
  scope: Scope,
  topic: string,
  data: unknown,
  cause: BusEvent | undefined,
): void {
  if (engine.closed) return;
  try {
    const event = createEvent(engine.clock(), topic, data, undefined, scope.path, cause, undefined);
    const announced = transform(engine.middleware, event, engine.sensitivity);
    if (announced !== null) engine.sensitivity.relate(announced, cause);
    engine.held?.assertRoom(topic);
    if (announced !== null) publishInside(engine, scope, announced);
  } catch (fault) {
    engine.warn({
      code: 'EVENT_BUS_UNANNOUNCED',
      message: `${topic} could not be published: ${describeError(fault)}`,
    });
  }
}
