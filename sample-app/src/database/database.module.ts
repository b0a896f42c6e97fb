import { Logger, Module } from '@nestjs/common';
import { DataDirectory } from '../settings/data-directory.js';
import { Settings } from '../settings/settings.js';
import { Database } from './database.js';
import { PgliteDatabase } from './pglite-database.js';
import { PostgresDatabase } from './postgres-database.js';

@Module({
  providers: [{ provide: Database, inject: [Settings, DataDirectory], useFactory: openDatabase }],
  exports: [Database],
})
export class DatabaseModule {}

async function openDatabase({ databaseUrl }: Settings, directory: DataDirectory): Promise<Database> {
  const database = databaseUrl?.startsWith('postgres')
    ? await PostgresDatabase.open(databaseUrl)
    : await PgliteDatabase.open(databaseUrl ?? directory.pathOf('pglite'));
  new Logger(DatabaseModule.name).log(database.describe());
  return database;
}
