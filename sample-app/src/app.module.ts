import { Module } from '@nestjs/common';
import { EventBusModule } from 'nestjs-event-bus';
import { AuditModule } from './audit/audit.module.js';
import { EventsModule } from './events/events.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { SearchModule } from './search/search.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/**
 * The webhooks come in, the others react. None of the modules imports another of them (a test holds that): they meet in
 * the topics of the bus alone, so any of them can be left out here and the rest goes on.
 */
@Module({
  imports: [
    EventBusModule.forRoot({ history: { capacity: 1000 } }),
    SettingsModule,
    WebhooksModule,
    NotificationsModule,
    StatisticsModule,
    AuditModule,
    SearchModule,
    EventsModule,
  ],
})
export class AppModule {}
