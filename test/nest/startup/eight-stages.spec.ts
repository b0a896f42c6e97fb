import { describe, expect, it } from '@jest/globals';
import { Global, Injectable, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  BusEvent,
  EventBus,
  EventBusModule,
  external,
  OnEvent,
  Startup,
  StartupStep,
} from 'nestjs-event-bus';
import { captureLog } from '../app.js';

/*
 * The boot sequence that REQUIREMENTS ends with: started, vault opened by a person, data readable, database, identity,
 * plugins, complete; with a phase event on the way.
 */

@Injectable()
class Vault implements OnModuleInit {
  isInitialised = false;
  async onModuleInit(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.isInitialised = true;
  }
  @StartupStep({ after: external('vault:opened'), emits: 'vault:ready_for_data' })
  async unseal() {
    if (!this.isInitialised) throw new Error('too early');
    return { secrets: 3 };
  }
}
@Module({ providers: [Vault] })
class VaultModule {}

@Injectable()
class Database {
  @StartupStep({ after: 'vault:ready_for_data', emits: 'db:connected' })
  async connect() {
    return { host: 'db1' };
  }
}
@Global()
@Module({ imports: [VaultModule], providers: [Database], exports: [Database] })
class DatabaseModule {}

@Injectable()
class Identity {
  constructor(private readonly bus: EventBus) {}
  @StartupStep({ after: ['db:connected', 'vault:ready_for_data'], emits: 'iam:ready' })
  async load() {
    const { data } = await this.bus.waitFor<string>('db:connected', { past: true });
    return { store: data as unknown };
  }
}
@Module({ providers: [Identity] })
class IdentityModule {}

@Injectable()
class Plugins implements OnApplicationBootstrap {
  bootstrapped = false;
  onApplicationBootstrap(): void {
    this.bootstrapped = true;
  }
  @StartupStep({ after: 'iam:ready', emits: 'plugin:all_loaded' })
  load() {
    return ['git', 'wiki'];
  }
}
@Module({ providers: [Plugins] })
class PluginModule {}

@Injectable()
class Journal {
  readonly lines: string[] = [];
  @OnEvent('**')
  write(data: unknown, { topic }: BusEvent): void {
    const phase = data as { step: string; state: string };
    this.lines.push(topic === 'system:boot_phase' ? `${phase.step} ${phase.state}` : topic);
  }
}

describe('The boot sequence of eight stages', () => {
  it('listens while a person has not opened the vault, and completes in order when one has', async () => {
    const { logger, lines } = captureLog('info');

    @Module({
      imports: [
        EventBusModule.forRoot({ logging: { logger } }),
        IdentityModule,
        DatabaseModule,
        PluginModule,
      ],
      providers: [Journal],
    })
    class AppModule {}
    const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: false });
    await app.listen(0);
    const startup = app.get(Startup);
    const bus = app.get(EventBus);
    const journal = app.get(Journal);

    expect(startup.isReady()).toBe(false);
    expect(startup.pending()).toEqual([
      {
        name: 'VaultModule/Vault.unseal',
        topic: 'vault:ready_for_data',
        state: 'waiting',
        awaits: ['vault:opened'],
        external: ['vault:opened'],
      },
      {
        name: 'DatabaseModule/Database.connect',
        topic: 'db:connected',
        state: 'waiting',
        awaits: ['vault:ready_for_data'],
        external: [],
      },
      {
        name: 'IdentityModule/Identity.load',
        topic: 'iam:ready',
        state: 'waiting',
        awaits: ['db:connected', 'vault:ready_for_data'],
        external: [],
      },
      {
        name: 'PluginModule/Plugins.load',
        topic: 'plugin:all_loaded',
        state: 'waiting',
        awaits: ['iam:ready'],
        external: [],
      },
    ]);

    const complete = bus.waitFor('system:boot_complete');
    bus.emit('vault:opened', { by: 'a person' });
    expect((await complete).data).toEqual({ degraded: [] });
    expect(startup.isReady()).toBe(true);
    expect(startup.pending()).toEqual([]);
    expect(journal.lines).toEqual([
      'system:starting',
      'system:started',
      'vault:opened',
      'VaultModule/Vault.unseal running',
      'vault:ready_for_data',
      'VaultModule/Vault.unseal done',
      'DatabaseModule/Database.connect running',
      'db:connected',
      'DatabaseModule/Database.connect done',
      'IdentityModule/Identity.load running',
      'iam:ready',
      'IdentityModule/Identity.load done',
      'PluginModule/Plugins.load running',
      'plugin:all_loaded',
      'PluginModule/Plugins.load done',
      'system:boot_complete',
    ]);
    expect((await bus.waitFor<string>('iam:ready', { past: true })).data).toEqual({ store: { host: 'db1' } });
    expect(startup.timeline().criticalPath).toEqual([
      'VaultModule/Vault.unseal',
      'DatabaseModule/Database.connect',
      'IdentityModule/Identity.load',
      'PluginModule/Plugins.load',
    ]);
    const table = lines.slice(lines.findIndex(({ msg }) => msg.startsWith('Startup complete')));
    expect(table.map(({ msg }) => /step|[A-Z]\w+\.\w+/.exec(msg)?.[0])).toEqual([
      undefined,
      'step',
      ...startup.timeline().steps.map(({ name }) => name.replace(/.*\//, '')),
    ]);

    await app.close();
    expect(startup.isReady()).toBe(false);
    expect(journal.lines.slice(-2)).toEqual(['system:stopping', 'system:stopped']);
  });
});
