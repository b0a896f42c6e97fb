import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { NotificationSender } from './notification-sender.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsService } from './notifications.service.js';

@Emits('notification:created')
@Listens('github:**', 'notification:created')
@Module({ controllers: [NotificationsController], providers: [NotificationsService, NotificationSender] })
export class NotificationsModule {}
