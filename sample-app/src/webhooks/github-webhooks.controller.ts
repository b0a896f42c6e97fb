import {
  Body,
  Controller,
  Headers,
  HttpCode,
  HttpStatus,
  Post,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { EventBus } from 'nestjs-event-bus';
import { ReadyGuard } from '../readiness/ready.guard.js';
import { GithubSignatureGuard } from './github-signature.guard.js';
import { readGithubWebhook } from './github-webhook.js';

@Controller('webhooks')
export class GithubWebhooksController {
  constructor(private readonly bus: EventBus) {}

  /**
   * Answers as soon as every queue has the event: the slow handlers have one, and what they make of it is no concern of GitHub's.
   * It is `emitAsync` that can wait for room in the queue of the audit log, which must not lose anything.
   */
  @Post('github')
  @HttpCode(HttpStatus.ACCEPTED)
  @UseGuards(ReadyGuard, GithubSignatureGuard)
  async receive(
    @Headers('x-github-event') eventName: string | undefined,
    @Headers('x-github-delivery') deliveryId: string | undefined,
    @Body() body: Buffer,
  ): Promise<{ id: string; topic: string }> {
    const { topic, payload } = readGithubWebhook(eventName, body);
    const { event, dropped } = await this.bus.emitAsync(topic, payload, { metadata: { deliveryId } });
    if (dropped === 'closed') throw new ServiceUnavailableException('The app is shutting down.');
    return { id: event.id, topic };
  }
}
