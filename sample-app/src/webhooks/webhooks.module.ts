import { Module } from '@nestjs/common';
import { GithubWebhooksController } from './github-webhooks.controller.js';

@Module({ controllers: [GithubWebhooksController] })
export class WebhooksModule {}
