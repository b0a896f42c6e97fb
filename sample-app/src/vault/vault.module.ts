import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { Vault } from './vault.js';
import { VaultController } from './vault.controller.js';

@Emits('vault:opened', 'vault:ready_for_data')
@Listens() // to nothing
@Module({ controllers: [VaultController], providers: [Vault], exports: [Vault] })
export class VaultModule {}
