import { Injectable, Logger } from '@nestjs/common';
import { BusEvent, HandlerContext, OnEvent } from 'nestjs-event-bus';
import { Settings } from '../settings/settings.js';
import type { Notification } from './notification.js';

/** Brings notifications to people: to the address in the settings, in the form that Slack and its like take; else to the log. */
@Injectable()
export class NotificationSender {
  private readonly logger = new Logger(NotificationSender.name);

  constructor(private readonly settings: Settings) {}

  /** While the other side is down it is left in peace: after three failures in a row the others wait in the queue. */
  @OnEvent('notification:created', {
    queue: true,
    timeout: 5_000,
    pause: { failures: 3, resumeAfter: 30_000 },
  })
  async send({ message }: Notification, _event: BusEvent, { signal }: HandlerContext): Promise<void> {
    const { notificationsUrl } = this.settings;
    if (notificationsUrl === undefined) return this.logger.log(message);
    const response = await fetch(notificationsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: message }),
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`${new URL(notificationsUrl).host} answered ${response.status}.`);
  }
}
