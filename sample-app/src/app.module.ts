import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { EventBusModule } from 'nestjs-event-bus';
import { AuditModule } from './audit/audit.module.js';
import { EventsModule } from './events/events.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PLUGIN_GRANT, PluginHostModule } from './plugin-host/plugin-host.module.js';
import { loadPlugins } from './plugin-host/load-plugins.js';
import { ReadinessModule } from './readiness/readiness.module.js';
import { SearchModule } from './search/search.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { VaultModule } from './vault/vault.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Nest builds modules from classes, so these are loaded before there is an app. */
const plugins = await loadPlugins(
  process.env['PLUGINS_DIR'] || fileURLToPath(new URL('plugins/', import.meta.url)),
);

/**
 * The webhooks come in, the others react. None of the modules imports another of them (a test holds that): they meet in
 * the topics of the bus alone, so any of them can be left out here and the rest goes on.
 */
@Module({
  imports: [
    EventBusModule.forRoot({
      history: { capacity: 1000 },
      permissions: { grants: plugins.map((plugin) => [plugin, PLUGIN_GRANT]) },
    }),
    SettingsModule,
    VaultModule,
    ReadinessModule,
    WebhooksModule,
    NotificationsModule,
    StatisticsModule,
    AuditModule,
    SearchModule,
    EventsModule,
    PluginHostModule.with(plugins),
  ],
})
export class AppModule {}
