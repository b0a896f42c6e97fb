import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Server } from '@nestjs/microservices';
import { BusEvent, EventBus, EventBusModule, OnEvent, Startup, StartupStep } from 'nestjs-event-bus';

const log: string[] = [];

afterEach(() => {
  log.length = 0;
});

@Injectable()
class Listener {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    log.push('init');
  }
  async onApplicationBootstrap(): Promise<void> {
    await this.bus.waitFor<string>('db:connected', { past: true });
    log.push('bootstrap');
  }
  onModuleDestroy(): void {
    log.push('destroy');
  }
  beforeApplicationShutdown(): void {
    log.push('beforeShutdown');
  }
  onApplicationShutdown(): void {
    log.push('shutdown');
  }

  @StartupStep({ emits: 'db:connected' })
  async connect(): Promise<void> {
    await new Promise(setImmediate);
  }
  @OnEvent('**')
  on(_data: unknown, { topic }: BusEvent): void {
    if (topic !== 'system:boot_phase') log.push(topic);
  }
}

@Module({ imports: [EventBusModule.forRoot({ logging: false })], providers: [Listener] })
class AppModule {}

/** A transport that no message comes by. */
class Transport extends Server {
  listen(callback: () => void): void {
    log.push('transport listens');
    callback();
  }
  close(): void {
    log.push('transport closes');
  }
  override on(): void {}
  override unwrap<T>(): T {
    return this as unknown as T;
  }
}

const QUIET = { logger: false, abortOnError: false } as const;
const BOOT = [
  'init',
  'system:starting',
  'system:started',
  'db:connected',
  'bootstrap',
  'system:boot_complete',
];
const END = ['system:stopping', 'destroy', 'beforeShutdown', 'shutdown', 'system:stopped'];

/** When transports close, among the hooks, is Nest's own affair, and not the same in all versions and kinds of application. */
const told = (): string[] => log.filter((line) => line !== 'transport closes');

describe('Lifecycle events and all of Nest’s hooks come in one order', () => {
  it('in a hybrid application, whose transports listen when the boot is complete if init() comes first', async () => {
    const app = await NestFactory.create(AppModule, QUIET);
    app.connectMicroservice({ strategy: new Transport() });
    await app.init();
    await app.startAllMicroservices();
    await app.listen(0);
    log.push('http');
    await app.close();
    expect(told()).toEqual([...BOOT, 'transport listens', 'http', ...END]);
    expect(log).toContain('transport closes');
  });

  it('in a hybrid application whose transports listen first', async () => {
    const app = await NestFactory.create(AppModule, QUIET);
    app.connectMicroservice({ strategy: new Transport() });
    await app.startAllMicroservices();
    await app.listen(0);
    log.push('http');
    await app.close();
    expect(told()).toEqual(['transport listens', ...BOOT, 'http', ...END]);
  });

  it('in a microservice, which listens when the boot is complete', async () => {
    const app = await NestFactory.createMicroservice(AppModule, { ...QUIET, strategy: new Transport() });
    await app.listen();
    expect(app.get(Startup).isReady()).toBe(true);
    await app.close();
    expect(told()).toEqual([...BOOT, 'transport listens', ...END]);
    expect(log).toContain('transport closes');
  });
});

describe('A step that fails', () => {
  it('keeps a microservice from listening', async () => {
    class NoRoute {
      @StartupStep()
      connect(): void {
        throw new Error('no route');
      }
    }
    @Module({ imports: [AppModule], providers: [NoRoute] })
    class FailingModule {}
    const app = await NestFactory.createMicroservice(FailingModule, { ...QUIET, strategy: new Transport() });
    await expect(app.listen()).rejects.toThrow('no route');
    expect(log).not.toContain('transport listens');
  });
});
