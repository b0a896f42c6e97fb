import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineEvent, Emits, EventBusModule, InvalidOptionError, OnEvent } from 'nestjs-event-bus';
import { readAppEvents } from '../../src/nest/index.js';
import { startApp } from './app.js';

const JobRun = defineEvent('job:run');

@Injectable()
class Worker {
  @OnEvent([JobRun, 'job:*'], { priority: 1 })
  run() {}
}

describe('What an application tells of its events', () => {
  it('has the handlers of an object once, under however many tokens and modules it stands', async () => {
    @Module({
      providers: [Worker, { provide: 'alias', useExisting: Worker }],
      exports: [Worker],
    })
    class WorkerModule {}
    const app = await startApp({ imports: [WorkerModule, WorkerModule] });
    expect(readAppEvents(app).handlers).toEqual([
      expect.objectContaining({ handler: 'WorkerModule/Worker.run', pattern: JobRun, deaf: undefined }),
      expect.objectContaining({ handler: 'WorkerModule/Worker.run', pattern: 'job:*' }),
    ]);
  });

  it('has the handlers of what a factory returned, where it was called', async () => {
    const app = await startApp({ providers: [{ provide: 'worker', useFactory: () => new Worker() }] });
    expect(readAppEvents(app).handlers.map(({ handler }) => handler)).toEqual([
      'AppModule/Worker.run',
      'AppModule/Worker.run',
    ]);
  });

  it('has definitions that handlers listen to, and the modules of those that features bring', async () => {
    @Module({ imports: [EventBusModule.forFeature([defineEvent('job:done')])] })
    class JobsModule {}
    const events = readAppEvents(await startApp({ imports: [JobsModule], providers: [Worker] }));
    expect(events.definitions.map(({ topic }) => topic)).toEqual(['job:done', 'job:run']);
    expect(events.definedIn('job:done')).toEqual(['JobsModule']);
    expect(events.definedIn('job:run')).toEqual([]);
  });

  it('tells the rights of a module that is imported in several ways once', async () => {
    @Emits('job:*')
    @Module({})
    class JobsModule {}
    const app = await startApp({
      imports: [JobsModule, { module: JobsModule, providers: [{ provide: 'x', useValue: 1 }] }],
    });
    expect(readAppEvents(app).rights).toEqual([{ holder: 'JobsModule', emits: ['job:*'], granted: false }]);
  });

  it('grants a subclass of a module what the module is granted', async () => {
    @Module({})
    class PluginModule {}
    @Module({})
    class LoudPluginModule extends PluginModule {}
    const app = await startApp(
      { imports: [LoudPluginModule] },
      { logging: false, permissions: { grants: [[PluginModule, { emits: ['plugin:*'] }]] } },
    );
    expect(readAppEvents(app).rights).toEqual([
      { holder: 'LoudPluginModule', emits: ['plugin:*'], listens: undefined, granted: true },
    ]);
  });

  it('refuses options that can’t be used in preview mode as at the start', async () => {
    @Module({ imports: [EventBusModule.forRoot({ permissions: 'sometimes' as never })] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { preview: true, logger: false });
    expect(() => readAppEvents(app)).toThrow(InvalidOptionError);
    await app.close();
  });
});
