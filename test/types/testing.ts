import type { BusEvent, EventBus, RootEventBus } from 'nestjs-event-bus';
import type { EmittedEvent, EventRecorder, RecordedEvent } from 'nestjs-event-bus/testing';
import { recordEvents } from 'nestjs-event-bus/testing';
import { holds, type Item, type Order, type Same } from './event-map.js';

declare const root: RootEventBus;
declare const bus: EventBus;
declare const anything: { asymmetricMatch(value: unknown): boolean };

// A bus is recorded, and so is whatever has providers; a view is not.
const recorder = recordEvents(root);
holds<Same<typeof recorder, EventRecorder>>();
declare const app: { get<T>(token: new () => T, options?: { strict?: boolean; each?: false }): T };
recordEvents(app);
// @ts-expect-error one owner's view
recordEvents(bus);

// What is found has the data of the topic, or of what the pattern matches.
async function next(): Promise<void> {
  const placed = await recorder.next('order:placed');
  holds<Same<typeof placed, EmittedEvent<Order>>>();
  holds<Same<typeof placed.event, BusEvent<Order>>>();
  const some = await recorder.next('order:**');
  holds<Same<typeof some.data, Order | Item | void>>();
  const other = await recorder.next('mail:sent');
  holds<Same<typeof other.data, any>>();
  await recorder.next('order:placed', { filter: (order, event) => order.id === event.data.id });
  // @ts-expect-error the data has no such property
  await recorder.next('order:placed', { filter: (order) => order.total > 1 });
  // @ts-expect-error misspelt
  await recorder.next('order:plced');
}
void next;
holds<Same<typeof recorder.events, readonly RecordedEvent[]>>();

// A part of the data will do, in full depth, and matchers stand for any part.
const found = recorder.expect('order:placed', { id: 1 });
holds<Same<typeof found.data, Order>>();
recorder.expect('order:placed');
recorder.expect('order:placed', {});
recorder.expect('order:placed', anything);
recorder.expect('order:placed', { id: anything });
recorder.expect('order:*', { id: 1 });
recorder.expect('mail:sent', { any: ['thing'] });
recorder.expectNone('order:item:added', { sku: 'x' });
// @ts-expect-error a property of another type
recorder.expect('order:placed', { id: '1' });
// @ts-expect-error no such property
recorder.expect('order:placed', { total: 1 });
// @ts-expect-error no such property
recorder.expectNone('order:placed', { total: 1 });
// @ts-expect-error misspelt
recorder.expect('order:plced');
// @ts-expect-error misspelt
recorder.handled('order:plced');

// A map of one's own will do.
declare const small: RootEventBus<{ 'job:done': { items: readonly { n: number }[] } }>;
recordEvents(small).expect('job:done', { items: [{ n: 1 }, anything] });
// @ts-expect-error an item of another type
recordEvents(small).expect('job:done', { items: [{ n: '1' }] });
