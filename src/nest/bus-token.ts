import { EventBus } from '../core/index.js';

/**
 * A second token for the bus that is injected, for libraries that don't import this package when they run: they write
 * `@Optional() @Inject(Symbol.for('nestjs-event-bus:EventBus'))`, and do without where there is no bus.
 */
export const BUS_TOKEN = Symbol.for('nestjs-event-bus:EventBus');

/** Whether Nest injects a bus that knows its owner for the token. */
export function isBusToken(token: unknown): boolean {
  return token === EventBus || token === BUS_TOKEN;
}
