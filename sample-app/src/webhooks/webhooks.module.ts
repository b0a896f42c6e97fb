import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { VaultModule } from '../vault/vault.module.js';
import { GithubWebhooksController } from './github-webhooks.controller.js';

@Emits('github:**')
@Listens() // to nothing
@Module({ imports: [VaultModule], controllers: [GithubWebhooksController] })
export class WebhooksModule {}
