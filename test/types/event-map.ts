/** What every file of the type tests shares: an application's map, added to the package as applications do. */
export interface Order {
  id: number;
}
export interface Item {
  sku: string;
}
export interface Payment {
  amount: number;
}

declare module 'nestjs-event-bus' {
  interface EventMap {
    'order:placed': Order;
    'order:item:added': Item;
    'order:cleared': void;
    'order.exported': { file: string };
    'payment.captured': Payment;
    'payment.refund.opened': Payment & { reason: string };
    'note:written': string | undefined;
    'legacy:anything': any;
    'legacy:unknown': unknown;
    tick: { at: number };
  }
}

/** Compiles when both types are the same, `any` being the same as `any` alone. */
export type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
export declare function holds<_T extends true>(): void;
