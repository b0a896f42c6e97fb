import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { StartupStep, declaredRights } from 'nestjs-event-bus';

export const PLUGINS = Symbol('plugins');

/** Tells which plugins there are, and what each says that it does. */
@Injectable()
export class PluginHost {
  private readonly logger = new Logger(PluginHost.name);

  constructor(@Inject(PLUGINS) private readonly plugins: readonly Type[]) {}

  @StartupStep({ after: 'identity:ready' })
  announce(): void {
    for (const plugin of this.plugins) {
      const { emits = [], listens = [] } = declaredRights(plugin);
      this.logger.log(`${plugin.name} emits ${emits.join(', ')}, and listens to ${listens.join(', ')}`);
    }
  }
}
