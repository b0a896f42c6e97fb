import { Inject, Injectable, Optional } from '@nestjs/common';
import type { BusEvent, EventBus, HandlerContext } from 'nestjs-event-bus';
import { EVENT_BUS, OnBusEvent } from './event-bus.js';
import type { Parcel } from './parcel-events.js';

@Injectable()
export class ParcelService {
  readonly packed: Parcel[] = [];

  constructor(@Optional() @Inject(EVENT_BUS) private readonly bus: EventBus | undefined) {}

  pack(order: string): Parcel {
    const parcel = { order };
    this.packed.push(parcel);
    this.bus?.emit('parcel:packed', parcel);
    return parcel;
  }

  @OnBusEvent('order:paid', { priority: 1 })
  onPaid({ id }: { id: string }): void {
    this.pack(id);
  }

  @OnBusEvent('parcel:packed')
  async onPacked(parcel: Parcel, _event: BusEvent, context: HandlerContext): Promise<void> {
    if (parcel.order === '') await context.emitAsync('parcel:lost');
  }
}
