import { Global, Module } from '@nestjs/common';
import { DataDirectory } from './data-directory.js';
import { Settings } from './settings.js';

@Global()
@Module({
  providers: [
    { provide: Settings, useFactory: () => Settings.fromEnvironment(process.env) },
    {
      provide: DataDirectory,
      inject: [Settings],
      useFactory: ({ dataDirectory }: Settings) => DataDirectory.open(dataDirectory),
    },
  ],
  exports: [Settings, DataDirectory],
})
export class SettingsModule {}
