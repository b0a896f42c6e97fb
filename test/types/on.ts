import type { BusEvent, EventBus, HandlerContext, RootEventBus } from 'nestjs-event-bus';
import { observe } from 'nestjs-event-bus';
import { holds, type Item, type Order, type Payment, type Same } from './event-map.js';

declare const bus: EventBus;
declare const root: RootEventBus;
declare const text: string;

// A handler gets the data of the topic, the event around it, and a context.
bus.on('order:placed', (data, event, context) => {
  holds<Same<typeof data, Order>>();
  holds<Same<typeof event, BusEvent<Order>>>();
  holds<Same<typeof context, HandlerContext>>();
});
bus.on('order:placed', () => {});
bus.on('order:placed', async (order: Order) => order.id);
bus.on('order:placed', (order: { id: number } | string) => void order);
bus.on('order:placed', (order: unknown) => void order);
bus.on('order:placed', (_order, event: BusEvent) => void event);
// @ts-expect-error the data is an order
bus.on('order:placed', (payment: Payment) => void payment);
// @ts-expect-error an order is wider than this
bus.on('order:placed', (order: Order & Payment) => void order);
// @ts-expect-error the event is that of an order
bus.on('order:placed', (_order, event: BusEvent<Payment>) => void event);
// @ts-expect-error there is no fourth argument
bus.on('order:placed', (_order, _event, _context, _more: string) => {});

// So does one that is a method, although TypeScript compares methods less strictly.
class Handlers {
  onOrder(order: Order): void {
    void order;
  }
  onPayment(payment: Payment): void {
    void payment;
  }
}
declare const handlers: Handlers;
bus.on('order:placed', handlers.onOrder);
// @ts-expect-error the data is an order
bus.on('order:placed', handlers.onPayment);

// In a known domain a topic must be in the map, and a pattern must match one.
// @ts-expect-error misspelt
bus.on('order:plced', () => {});
// @ts-expect-error the separator is part of the topic
bus.on('order.placed', () => {});
// @ts-expect-error no topic matches
bus.on('order:*.x', () => {});
// @ts-expect-error no topic matches: `*` is one segment
bus.on('payment.*.*.*', () => {});
// @ts-expect-error no topic matches: the separator is part of the pattern
bus.on('payment:**:captured', () => {});

// A pattern gets the union of what it matches.
bus.on('order:*', (data) => holds<Same<typeof data, Order | void>>());
bus.on('order:*:*', (data) => holds<Same<typeof data, Item>>());
bus.on('payment.*', (data) => holds<Same<typeof data, Payment>>());
bus.on('order:**', (data, event) => {
  holds<Same<typeof data, Order | Item | void>>();
  holds<Same<typeof event, BusEvent<Order | Item | void>>>();
});
// @ts-expect-error not only orders match
bus.on('order:**', (order: Order) => void order);

// In other domains, and where they may match as well, handlers get any.
bus.on('plugin:loaded', (data) => holds<Same<typeof data, any>>());
bus.on('plugin:*', (data) => holds<Same<typeof data, any>>());
bus.on('**', (data) => holds<Same<typeof data, any>>());
bus.on('*', (data) => holds<Same<typeof data, any>>());
bus.on('*:placed', (data) => holds<Same<typeof data, any>>());
bus.on('**:placed', (data) => holds<Same<typeof data, any>>());
bus.on(text, (data) => holds<Same<typeof data, any>>());
bus.on(`plugin:${text}`, (data) => holds<Same<typeof data, any>>());
bus.on(`order:item:${text}`, (data) => holds<Same<typeof data, Item>>());
bus.on('plugin:loaded', (payment: Payment) => void payment);

// The options know the data, too.
bus.on('order:placed', () => {}, { filter: (order) => order.id > 1, priority: 1 });
bus.once('order:placed', (order) => void order.id, { filter: (order) => order.id > 1 });
// @ts-expect-error an order has no amount
bus.on('order:placed', () => {}, { filter: (order) => order.amount > 1 });
// @ts-expect-error there is no such option
bus.on('order:placed', () => {}, { priorty: 1 });

// The other ways to listen are no laxer.
async function listen(): Promise<void> {
  holds<Same<Awaited<ReturnType<typeof waited>>, BusEvent<Order>>>();
  const waited = () => bus.waitFor('order:placed', { filter: (order) => order.id > 1 });
  for await (const event of bus.stream('payment.**')) {
    holds<Same<typeof event, BusEvent<Payment | (Payment & { reason: string })>>>();
  }
  observe(bus, 'order:placed').subscribe((event) => holds<Same<typeof event, BusEvent<Order>>>());
  // @ts-expect-error misspelt
  bus.once('order:plced', () => {});
  // @ts-expect-error misspelt
  await bus.waitFor('order:plced');
  // @ts-expect-error misspelt
  bus.stream('order:plced');
  // @ts-expect-error misspelt
  observe(bus, 'order:plced');
  // @ts-expect-error misspelt
  root.as({ module: 'Orders' }).on('order:plced', () => {});
}
void listen;

// What stands around a handler; `retryIf` knows the event's type.
bus.on('order:placed', () => {}, {
  timeout: 5_000,
  retry: {
    attempts: 3,
    backoff: { type: 'fixed', delay: 5 },
    retryIf: (error, event, attempt) => {
      holds<Same<typeof error, unknown>>();
      holds<Same<typeof event, BusEvent<Order>>>();
      holds<Same<typeof attempt, number>>();
      return true;
    },
  },
  pause: { failures: 5 },
});
bus.once('order:placed', () => {}, { timeout: Infinity, retry: false, pause: false });
bus.on('order:placed', () => {}, { retry: { backoff: 100 } });
// @ts-expect-error the number of failures has to be given
bus.on('order:placed', () => {}, { pause: { resumeAfter: 5 } });
// @ts-expect-error there is no such formula
bus.on('order:placed', () => {}, { retry: { backoff: { type: 'linear' } } });
// @ts-expect-error retryIf is synchronous
bus.on('order:placed', () => {}, { retry: { retryIf: async () => true } });
