import type { EventBus, RootEventBus } from '../core/index.js';
import type { Owners } from './owners.js';

/** Makes the buses that are injected. One dependency of theirs instead of two: each costs every injection 15 µs of Nest's time. */
export class OwnedBuses {
  constructor(
    private readonly root: RootEventBus,
    private readonly owners: Owners,
  ) {}

  /** @param inquirer what Nest injects for INQUIRER */
  of(inquirer: unknown): EventBus {
    return this.root.as(this.owners.ofInquirer(inquirer));
  }
}
