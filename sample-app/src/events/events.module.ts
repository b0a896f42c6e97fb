import { Module } from '@nestjs/common';
import { HistoryController } from './history.controller.js';
import { LiveEventsController } from './live-events.controller.js';

@Module({ controllers: [HistoryController, LiveEventsController] })
export class EventsModule {}
