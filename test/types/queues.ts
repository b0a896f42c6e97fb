import type { EventBus, QueueOptions } from 'nestjs-event-bus';
import { OnEvent } from 'nestjs-event-bus';

declare const bus: EventBus<{ 'order:placed': { id: string; total: number } }>;

// A queue's key is taken from an event with the data of the pattern.
bus.on('order:placed', (order) => order.id, { queue: { orderBy: ({ data }) => data.id.toUpperCase() } });
bus.once('order:placed', (order) => order.id, { queue: { orderBy: (event) => event.data.total.toFixed() } });
// @ts-expect-error -- no such field
bus.on('order:placed', (order) => order.id, { queue: { orderBy: ({ data }) => data.customer } });

bus.on('order:placed', () => {}, { queue: true });
bus.on('order:placed', () => {}, { queue: false });
bus.on('order:placed', () => {}, { queue: { capacity: 5, overflow: 'wait', concurrency: 2 } });
// @ts-expect-error -- no such policy
bus.on('order:placed', () => {}, { queue: { overflow: 'drop' } });
// @ts-expect-error -- no such option
bus.on('order:placed', () => {}, { queue: { size: 5 } });
// @ts-expect-error -- a stream has one consumer
bus.stream('order:placed', { concurrency: 2 });
bus.stream('order:placed', { capacity: 5, overflow: 'refuse' });

/** Options that several subscriptions share. */
export const shared: QueueOptions = { capacity: 5, orderBy: ({ id }) => id };
bus.on('order:placed', () => {}, { queue: shared });

export class Mail {
  @OnEvent('mail:sent', { queue: { overflow: 'drop-newest', orderBy: ({ topic }) => topic } })
  onSent(): void {}

  // @ts-expect-error -- a number, not a text
  @OnEvent('mail:sent', { queue: { capacity: '5' } })
  onOther(): void {}
}
