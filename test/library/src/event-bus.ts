import type { OnEvent } from 'nestjs-event-bus';

/** The bus of the application: inject it together with `@Optional()`. */
export const EVENT_BUS = Symbol.for('nestjs-event-bus:EventBus');

const HANDLERS = Symbol.for('nestjs-event-bus:handlers');

interface Prototype {
  [HANDLERS]?: readonly object[];
}

/** `@OnEvent`, with its types, but without the package. */
export const OnBusEvent = ((pattern: string, options?: object) => (prototype: Prototype, method: string) => {
  const own = Object.hasOwn(prototype, HANDLERS) ? prototype[HANDLERS] : undefined;
  prototype[HANDLERS] = [...(own ?? []), { method, pattern, options }];
}) as typeof OnEvent;
