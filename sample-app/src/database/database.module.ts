import { Module } from '@nestjs/common';
import { Emits, Listens } from 'nestjs-event-bus';
import { VaultModule } from '../vault/vault.module.js';
import { Database } from './database.js';

@Emits('db:connected')
@Listens() // to nothing
@Module({ imports: [VaultModule], providers: [Database], exports: [Database] })
export class DatabaseModule {}
