import { applyDecorators, SetMetadata } from '@nestjs/common';
import { type BusEvent, defineEvent, type HandlerContext, OnEvent } from 'nestjs-event-bus';
import type { Item, Order, Payment } from './event-map.js';

declare const text: string;
const shipped = defineEvent<'parcel:shipped', Item>('parcel:shipped');

/** Everything that handler methods may look like. */
export class Handlers {
  @OnEvent('order:placed')
  none(): void {}

  @OnEvent('order:placed')
  one(order: Order): void {
    void order;
  }

  @OnEvent('order:placed')
  two(order: Order, event: BusEvent<Order>): void {
    void [order, event];
  }

  @OnEvent('order:placed')
  async three(order: Order, event: BusEvent<Order>, context: HandlerContext): Promise<number> {
    await context.emitAsync('order:cleared');
    return order.id + event.timestamp;
  }

  @OnEvent('order:placed', { filter: (order) => order.id > 1, priority: 1, early: true })
  withOptions(order: Order): void {
    void order;
  }

  @OnEvent('order:placed')
  protected wider(data: Order | Payment, event: BusEvent): void {
    void [data, event];
  }

  @OnEvent('order:placed')
  private hidden(order: Order): void {
    void [order, this.hidden];
  }

  @OnEvent('order:placed')
  ['by:key'](order: Order): void {
    void order;
  }

  @OnEvent('order:placed')
  optional(order?: Order, event?: BusEvent<Order>): void {
    void [order, event];
  }

  @OnEvent('order:placed')
  @OnEvent('payment.captured')
  stacked(data: Order | Payment): void {
    void data;
  }

  @OnEvent(['order:placed', 'payment.captured'])
  several(data: Order | Payment, event: BusEvent<Order | Payment>): void {
    void [data, event];
  }

  @OnEvent(['order:placed', 'plugin:loaded'])
  mixed(data: Order, event: BusEvent<Order>): void {
    void [data, event];
  }

  @OnEvent('order:**')
  wildcard(data: Order | Item | void): void {
    void data;
  }

  @OnEvent('plugin:*')
  open(data: { any: string }): void {
    void data;
  }

  @OnEvent(text)
  computed(data: Order): void {
    void data;
  }

  @OnEvent(shipped)
  defined(data: Item, event: BusEvent<Item>): void {
    void [data, event];
  }

  @OnEvent([shipped, 'order:placed'])
  definedAmongOthers(data: Item | Order): void {
    void data;
  }
}

/** And what they may not. */
export class Mistakes {
  // @ts-expect-error the data is an order
  @OnEvent('order:placed')
  data(payment: Payment): void {
    void payment;
  }

  // @ts-expect-error an order is wider than this
  @OnEvent('order:placed')
  narrower(order: Order & Payment): void {
    void order;
  }

  // @ts-expect-error the event is that of an order
  @OnEvent('order:placed')
  event(_order: Order, event: BusEvent<Payment>): void {
    void event;
  }

  // @ts-expect-error the event comes second
  @OnEvent('order:placed')
  order(event: BusEvent<Order>): void {
    void event;
  }

  // @ts-expect-error the third argument is a context
  @OnEvent('order:placed')
  context(_order: Order, _event: BusEvent<Order>, context: string): void {
    void context;
  }

  // @ts-expect-error there is no fourth argument
  @OnEvent('order:placed')
  fourth(_order: Order, _event: BusEvent, _context: HandlerContext, _more: string): void {}

  // @ts-expect-error misspelt
  @OnEvent('order:plced')
  topic(): void {}

  // @ts-expect-error no topic matches
  @OnEvent('order:*.x')
  pattern(): void {}

  // @ts-expect-error one of them is misspelt
  @OnEvent(['order:placed', 'order:plced'])
  topics(): void {}

  // @ts-expect-error not only orders come
  @OnEvent(['order:placed', 'payment.captured'])
  several(order: Order): void {
    void order;
  }

  // @ts-expect-error not only orders match
  @OnEvent('order:**')
  wildcard(order: Order): void {
    void order;
  }

  @OnEvent('order:placed')
  // @ts-expect-error the second decorator brings payments
  @OnEvent('payment.captured')
  stacked(order: Order): void {
    void order;
  }

  // @ts-expect-error the data is an item
  @OnEvent(shipped)
  defined(order: Order): void {
    void order;
  }

  // @ts-expect-error there is no such option
  @OnEvent('order:placed', { weak: true })
  option(): void {}

  // @ts-expect-error an order has no amount
  @OnEvent('order:placed', { filter: (order) => order.amount > 1 })
  filter(): void {}

  // @ts-expect-error a property is no method, even if it holds a function
  @OnEvent('order:placed')
  property = (): void => {};

  // @ts-expect-error nor is a parameter
  parameter(@OnEvent('order:placed') order: Order): void {
    void order;
  }
}

/** Decorators made of it: as they are, the method is checked; Nest's `applyDecorators` forgets all types. */
const OnPlaced = () => OnEvent('order:placed');
const OnPlacedByAdmins = () => applyDecorators(OnEvent('order:placed'), SetMetadata('role', 'admin'));

export class Composed {
  @OnPlaced()
  checked(order: Order): void {
    void order;
  }

  @OnPlacedByAdmins()
  unchecked(order: Order): void {
    void order;
  }

  // @ts-expect-error the data is an order
  @OnPlaced()
  mistaken(payment: Payment): void {
    void payment;
  }
}
