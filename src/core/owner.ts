import type { Declaration } from './rights/rights.js';

/** Who holds a bus: the Nest module and the class it was injected into. Compared by identity. */
export interface Owner {
  readonly module?: string;
  readonly class?: string;
  /** What it may emit and hear: all that is declared must allow it. Read once. @default nothing is declared */
  readonly rights?: Declaration | readonly Declaration[] | undefined;
}

/** The owner of the root bus, and of every bus whose holder is not known. */
export const NOBODY: Owner = Object.freeze({});

/** `Module/Class`, as it stands in `event.source` and in the log; undefined for nobody. */
export function sourceOf({ module, class: className }: Owner): string | undefined {
  return [module, className].filter((part) => part !== undefined).join('/') || undefined;
}
