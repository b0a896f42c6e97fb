import { describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
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
