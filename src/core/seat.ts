import type { Hold } from './publish/hold.js';
import type { Judge } from './rights/permissions.js';
import type { Subscriber } from './subscription/subscribe.js';

/** Where a bus stands in the whole: what makes one `EventBus` different from another. */
export interface Seat extends Subscriber {
  /** `Module/Class` of the owner; undefined for nobody. */
  readonly source: string | undefined;
  /** Knows what may be done here; undefined where everything may. */
  readonly judge: Judge | undefined;
  /** What is emitted here goes into the hold instead of to the handlers. */
  readonly hold: Hold | undefined;
  /** The root bus: it may set another source, and end anybody's subscription. */
  readonly isRoot: boolean;
}
