import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { PLUGINS, PluginHost } from './plugin-host.js';

/** More than this no plugin may do, whatever it declares: the grant of the host. */
export const PLUGIN_GRANT = { emits: ['notification:created'], listens: ['github:**'] };

@Module({ providers: [PluginHost] })
export class PluginHostModule {
  static with(plugins: readonly Type[]): DynamicModule {
    return {
      module: PluginHostModule,
      imports: [...plugins],
      providers: [{ provide: PLUGINS, useValue: plugins }],
    };
  }
}
