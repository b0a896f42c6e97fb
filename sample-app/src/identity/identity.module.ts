import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { DatabaseModule } from '../database/database.module.js';
import { VaultModule } from '../vault/vault.module.js';
import { AdministratorGuard } from './administrator.guard.js';
import { Identity } from './identity.js';

@Emits('identity:ready')
@Listens() // to nothing
@Module({
  imports: [DatabaseModule, VaultModule],
  providers: [Identity, AdministratorGuard],
  exports: [Identity, AdministratorGuard],
})
export class IdentityModule {}
