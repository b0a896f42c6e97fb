import { describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent as OnEmitterEvent } from '@nestjs/event-emitter';
import { EventBus, OnEvent, WrongImportError } from 'nestjs-event-bus';
import { startApp } from './app.js';

@Injectable()
class Mails {
  readonly seen: unknown[] = [];

  @OnEmitterEvent('order:placed')
  onPlaced(data: unknown): void {
    this.seen.push(data);
  }
}

@Module({ providers: [Mails], exports: [Mails] })
class MailsModule {}

const failure = (metadata: ModuleMetadata): Promise<unknown> =>
  startApp(metadata).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('An @OnEvent that was imported from @nestjs/event-emitter', () => {
  it('fails the start without that module, and names the method and the import to fix', async () => {
    const error = await failure({ imports: [MailsModule] });
    expect(error).toBeInstanceOf(WrongImportError);
    expect(error).toMatchObject({
      code: 'EVENT_BUS_WRONG_IMPORT',
      handlers: ['MailsModule/Mails.onPlaced'],
      message: expect.stringMatching(
        /on MailsModule\/Mails\.onPlaced is that of @nestjs\/event-emitter.*import \{ OnEvent \} from 'nestjs-event-bus'/,
      ),
    });
  });

  it('is nothing to talk about where that module is imported: applications migrate gradually', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Moved {
      @OnEvent('order:placed')
      onPlaced(data: unknown): void {
        seen.push(data);
      }
    }
    const app = await startApp({ imports: [MailsModule, EventEmitterModule.forRoot()], providers: [Moved] });
    app.get(EventEmitter2).emit('order:placed', 'emitter');
    app.get(EventBus).emit('order:placed', 'bus');
    expect([app.get(Mails).seen, seen]).toEqual([['emitter'], ['bus']]);
  });

  it('is found on providers and controllers of every kind, each once, though inherited', async () => {
    @Controller()
    class Pages {
      @OnEmitterEvent('a:b')
      @OnEmitterEvent('a:c')
      on(): void {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class Scoped extends Mails {}
    @Injectable()
    class Overriding extends Mails {
      override onPlaced(): void {}
    }
    class Made extends Mails {}
    const error = await failure({
      controllers: [Pages],
      providers: [Scoped, Overriding, { provide: 'MADE', useFactory: () => new Made() }],
    });
    expect((error as WrongImportError).handlers).toEqual([
      'AppModule/Scoped.onPlaced',
      'AppModule/Made.onPlaced',
      'AppModule/Pages.on',
    ]);
  });

  it('is found by the token of a factory that makes its object for each request', async () => {
    const provider = { provide: Mails, scope: Scope.REQUEST, useFactory: () => new Mails() };
    const error = await failure({ providers: [provider] });
    expect((error as WrongImportError).handlers).toEqual(['AppModule/Mails.onPlaced']);
  });

  it('fails the lazy load of the module that has it, or imports it, each time, and no other load', async () => {
    @Module({ imports: [MailsModule] })
    class Outer {}
    @Module({})
    class Innocent {}
    const app = await startApp({});
    const loader = app.get(LazyModuleLoader);
    for (const module of [Outer, MailsModule, Outer]) {
      await expect(loader.load(() => module)).rejects.toMatchObject({
        code: 'EVENT_BUS_WRONG_IMPORT',
        handlers: ['MailsModule/Mails.onPlaced'],
      });
    }
    await expect(loader.load(() => Innocent)).resolves.toBeDefined();
  });

  it('fails no lazy load where the emitter’s module is imported', async () => {
    const app = await startApp({ imports: [EventEmitterModule.forRoot()] });
    await expect(app.get(LazyModuleLoader).load(() => MailsModule)).resolves.toBeDefined();
  });

  it('is looked for without touching what providers hold', async () => {
    const read = jest.fn();
    class Touchy {
      get state(): unknown {
        return read();
      }
    }
    await startApp({
      providers: [
        { provide: 'GETTERS', useFactory: () => new Touchy() },
        { provide: 'BARE', useValue: Object.create(null) },
        { provide: 'TEXT', useValue: 'text' },
        { provide: 'NOTHING', useValue: undefined },
        { provide: 'FUNCTION', useValue: () => {} },
      ],
    });
    expect(read).not.toHaveBeenCalled();
  });
});
