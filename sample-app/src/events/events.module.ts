import { Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.js';
import { HistoryController } from './history.controller.js';
import { LiveEventsController } from './live-events.controller.js';

@Module({ controllers: [HistoryController, DeadLettersController, LiveEventsController] })
export class EventsModule {}
