import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { GithubWebhooksController } from './github-webhooks.controller.js';

@Emits('github:**')
@Listens() // to nothing
@Module({ controllers: [GithubWebhooksController] })
export class WebhooksModule {}
