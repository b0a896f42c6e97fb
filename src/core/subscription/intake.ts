import type { BusEvent } from '../event/event.js';
import type { QueueFigures } from './subscription-figures.js';

/** Takes the events of a subscription instead of its handler: a queue. It stands above the subscription, hence the interface. */
export interface Intake {
  readonly figures: QueueFigures;
  /** What `close` calls it, with what waits. */
  readonly label: string;
  /** Takes an event, or counts and tells its loss. Never throws. `report`: the `EmitReport`, which stands above this file. */
  accept(event: BusEvent, report: object | undefined): void;
  /** To be called when the subscription may take deliveries again. */
  wake(): void;
  /** The subscription has ended. */
  end(): void;
}
