import { Injectable, Module } from '@nestjs/common';
import { Emits, EventBus, Listens, OnEvent } from 'nestjs-event-bus';

/** Declares what the host doesn't grant, and does it. */
@Injectable()
class Greedy {
  constructor(private readonly bus: EventBus) {}

  @OnEvent('github:ping')
  onPing(): void {
    this.bus.emit('vault:opened', { by: 'a person' });
  }
}

@Emits('vault:opened')
@Listens('github:ping')
@Module({ providers: [Greedy] })
export class GreedyPlugin {}
