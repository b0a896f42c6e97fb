import { Body, Controller, Headers, HttpCode, HttpStatus, Post, UseGuards } from '@nestjs/common';
import { EventBus } from 'nestjs-event-bus';
import { GithubSignatureGuard } from './github-signature.guard.js';
import { readGithubWebhook } from './github-webhook.js';

@Controller('webhooks')
export class GithubWebhooksController {
  constructor(private readonly bus: EventBus) {}

  /** Answers as soon as the event is emitted. What its handlers make of it, and when, is no concern of GitHub's. */
  @Post('github')
  @HttpCode(HttpStatus.ACCEPTED)
  @UseGuards(GithubSignatureGuard)
  receive(
    @Headers('x-github-event') eventName: string | undefined,
    @Headers('x-github-delivery') deliveryId: string | undefined,
    @Body() body: Buffer,
  ): { id: string; topic: string } {
    const { topic, payload } = readGithubWebhook(eventName, body);
    const { id } = this.bus.emit(topic, payload, { metadata: { deliveryId } });
    return { id, topic };
  }
}
