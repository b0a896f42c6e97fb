import type { BusEvent } from '../event/event.js';

/** A handler as the engine calls it; what `on` accepts is typed by the event map. */
export type RawHandler = (data: never, event: BusEvent<never>, context: never) => unknown;

/** What a handler is called, for people. Never throws: the name of a class may be any static member, and a getter may throw. */
export function nameOf(handler: RawHandler): string {
  try {
    const name: unknown = handler.name;
    // What `bind()` puts before it says nothing of who handles.
    const own = typeof name === 'string' ? name.replace(/^(bound )+/, '') : '';
    if (own !== '') return own;
  } catch {
    // As good as none.
  }
  return '(anonymous)';
}
