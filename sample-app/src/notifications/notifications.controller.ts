import { Controller, Get } from '@nestjs/common';
import type { Notification } from './notification.js';
import { NotificationsService } from './notifications.service.js';

@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Get()
  latest(): Notification[] {
    return this.notifications.latest();
  }
}
