import { Injectable, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EventBus, EventBusModule, OnEvent } from 'nestjs-event-bus';
import { EventBusHealthIndicator } from 'nestjs-event-bus/health';
import { HealthController } from './health.controller.js';

@Injectable()
export class Orders {
  constructor(private readonly bus: EventBus) {}

  place(id: number) {
    return this.bus.emitAsync('order:placed', { id });
  }
}

@Injectable()
export class Invoices {
  readonly written: number[] = [];

  @OnEvent('order:*')
  async write(order: { id: number }): Promise<void> {
    await Promise.resolve();
    this.written.push(order.id);
  }
}

@Module({
  imports: [EventBusModule.forRoot(), TerminusModule],
  controllers: [HealthController],
  providers: [Orders, Invoices, EventBusHealthIndicator],
})
export class OrdersModule {}
