import type { BusEvent, EmitReport, EventBus, HandlerContext } from 'nestjs-event-bus';
import { holds, type Order, type Same } from './event-map.js';

declare const bus: EventBus;
declare const text: string;
declare const order: Order;

// The data of a known topic is checked.
bus.emit('order:placed', { id: 1 });
bus.emit('order:placed', order, { metadata: { tenant: 'a' } });
bus.emit('payment.refund.opened', { amount: 1, reason: 'late' });
bus.emit('tick', { at: 1 });
// @ts-expect-error the id of an order is a number
bus.emit('order:placed', { id: 'one' });
// @ts-expect-error an order has no other fields
bus.emit('order:placed', { id: 1, colour: 'red' });
// @ts-expect-error the data is missing
bus.emit('order:placed');
// @ts-expect-error the data is missing
bus.emit('order:placed', undefined);
// @ts-expect-error there is no such option
bus.emit('order:placed', order, { delay: 5 });
// @ts-expect-error there is no fourth argument
bus.emit('order:placed', order, {}, 1);

// Data that may be undefined can be left out.
bus.emit('order:cleared');
bus.emit('order:cleared', undefined, { metadata: {} });
bus.emit('note:written');
bus.emit('note:written', 'text');
bus.emit('legacy:anything');
bus.emit('legacy:anything', 1);
bus.emit('legacy:unknown');
bus.emit('legacy:unknown', 1);
// @ts-expect-error there is no data with this topic
bus.emit('order:cleared', 1);

// In a known domain other topics don't compile; the domain ends with the first separator.
// @ts-expect-error misspelt
bus.emit('order:plced', order);
// @ts-expect-error the separator is part of the topic
bus.emit('order.placed', order);
// @ts-expect-error `order:item` is no topic by itself
bus.emit('order:item', order);
// @ts-expect-error nor is the domain
bus.emit('order', order);
// @ts-expect-error the domain `tick` has one topic
bus.emit('tick:tock');

// In other domains everything goes.
bus.emit('plugin:loaded');
bus.emit('plugin:loaded', { any: 'thing' }, { metadata: {} });
bus.emit('orders:placed', 1);
bus.emit('Order:placed', 1);

// A wildcard is for listening.
// @ts-expect-error a wildcard in a known domain
bus.emit('order:*', order);
// @ts-expect-error a wildcard in another domain
bus.emit('plugin:*', order);
// @ts-expect-error a wildcard alone
bus.emit('**');

// Topics that are computed: checked as far as they are known.
bus.emit(text, 1);
bus.emit(text);
bus.emit(`plugin:${text}`, 1);
bus.emit(`order:item:${text}`, { sku: 'a' });
// @ts-expect-error no topic under order:item has such data
bus.emit(`order:item:${text}`, order);
// @ts-expect-error no topic of the map fits
bus.emit(`order:cart:${text}`, order);
bus.emit(text as 'order:placed' | 'order:cleared', order);
bus.emit(text as 'order:placed' | 'plugin:loaded', order);
bus.emit(text as never);
bus.emit(text as never, 1);

// What comes back knows the data.
holds<Same<ReturnType<typeof emitted>, BusEvent<Order>>>();
const emitted = () => bus.emit('order:placed', order);
holds<Same<ReturnType<typeof reported>, Promise<EmitReport<Order>>>>();
const reported = () => bus.emitAsync('order:placed', order);

// emitAsync, a context, a scope and the bus of a hold are no laxer.
declare const context: HandlerContext;
void bus.emitAsync('order:placed', order, { signal: AbortSignal.timeout(1) });
context.emit('order:placed', order);
void context.emitAsync('order:placed', order);
void bus.hold((held) => held.emitAsync('order:placed', order));
// @ts-expect-error misspelt
void bus.emitAsync('order:plced', order);
// @ts-expect-error the data is missing
void bus.emitAsync('order:placed');
// @ts-expect-error misspelt
context.emit('order:plced', order);
// @ts-expect-error misspelt
void context.emitAsync('order:plced', order);
// @ts-expect-error misspelt
bus.scope('tenant').emit('order:plced', order);
// @ts-expect-error misspelt
void bus.hold((held) => held.emitAsync('order:plced', order));
