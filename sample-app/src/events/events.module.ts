import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { HistoryController } from './history.controller.js';
import { LiveEventsController } from './live-events.controller.js';

@Module({
  imports: [IdentityModule],
  controllers: [HistoryController, DeadLettersController, LiveEventsController],
})
export class EventsModule {}
