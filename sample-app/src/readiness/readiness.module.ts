import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { EventBusHealthIndicator } from 'nestjs-event-bus/health';
import { ReadinessController } from './readiness.controller.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [ReadinessController],
  providers: [EventBusHealthIndicator],
})
export class ReadinessModule {}
