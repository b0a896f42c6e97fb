import { EventBus, type EventMap, InvalidArgumentError, RootEventBus } from '../core/index.js';
import { EventRecorder } from './event-recorder.js';

/** A Nest application or testing module: whatever knows its providers. */
export interface ProviderLookup {
  get(token: typeof RootEventBus, options: { strict: false }): unknown;
}

/**
 * Begins to record what happens on a bus: given as it is, or by the Nest application or testing module that has it. What
 * was emitted before is not recorded; in a Nest test, call it between `compile()` and `init()`.
 *
 * @throws InvalidArgumentError when there is no whole bus to record, and what `get` throws when EventBusModule is not imported
 */
export function recordEvents<Events = EventMap>(
  target: RootEventBus<Events> | ProviderLookup,
): EventRecorder<Events> {
  const bus: unknown =
    target instanceof RootEventBus || !isLookup(target)
      ? target
      : target.get(RootEventBus, { strict: false });
  if (bus instanceof RootEventBus) return new EventRecorder<Events>(bus);
  throw new InvalidArgumentError('target', target, faultOf(bus));
}

function isLookup(value: unknown): value is ProviderLookup {
  return typeof (value as Partial<ProviderLookup> | null | undefined)?.get === 'function';
}

function faultOf(value: unknown): string {
  const needs = 'recordEvents() needs a RootEventBus, or a Nest application or testing module';
  if (value instanceof EventBus) {
    return `${needs}, but was given an EventBus, which is one owner's view of the bus. Give it the module, or "module.get(RootEventBus)".`;
  }
  if (typeof (value as { compile?: unknown } | null | undefined)?.compile === 'function') {
    return `${needs}, but was given a builder. Call "await builder.compile()" first.`;
  }
  return `${needs} whose RootEventBus was not replaced by something else.`;
}
