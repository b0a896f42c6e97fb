import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Injectable, Logger, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  InvalidTopicError,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';

afterEach(() => Logger.overrideLogger(false));

/** A logger of an application's own, as `app.useLogger()` takes it. */
class AppLogger implements LoggerService {
  readonly calls: unknown[][] = [];
  readonly log = this.#record('log');
  readonly error = this.#record('error');
  readonly warn = this.#record('warn');
  readonly debug = this.#record('debug');
  readonly verbose = this.#record('verbose');
  readonly fatal = this.#record('fatal');

  #record(level: string) {
    return (...args: unknown[]): void => {
      if (args.at(-1) === 'EventBus') this.calls.push([level, ...args]);
    };
  }
}

@Injectable()
class Mails {
  @OnEvent('order:placed')
  onPlaced(): void {
    throw new Error('no mail server', { cause: new Error('connection refused') });
  }
}

async function start(logging: EventBusModuleOptions['logging']) {
  @Module({
    imports: [EventBusModule.forRoot(logging === undefined ? {} : { logging })],
    providers: [Mails],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const logger = new AppLogger();
  app.useLogger(logger);
  return { app, logger };
}

describe('Without a logger of its own, the bus', () => {
  it('tells Nest’s Logger of a failed handler, with the stack where Nest shows it', async () => {
    const { app, logger } = await start(undefined);
    const { id } = app.get(EventBus).emit('order:placed');
    expect(logger.calls).toEqual([
      [
        'error',
        expect.stringMatching(`^AppModule/Mails.onPlaced failed on order:placed eventId=${id} `),
        expect.stringMatching(
          /^ {2}Error: no mail server\n +at [^]*\n {2}caused by: Error: connection refused\n +at /,
        ),
        'EventBus',
      ],
    ]);
    await app.close();
  });

  it('maps the levels, and shows every event from debug on', async () => {
    const { app, logger } = await start({ level: 'debug' });
    const root = app.get(RootEventBus);
    const { id, correlationId } = root.emit('a:b');
    root.warn({ code: 'EVENT_BUS_TEST', message: 'Attention.' });
    expect(() => root.emit('a:*' as never)).toThrow(InvalidTopicError);
    expect(logger.calls).toEqual([
      ['debug', expect.stringMatching(`^a:b emitted eventId=${id} .*subscriptions=0$`), 'EventBus'],
      ['warn', 'Attention. code=EVENT_BUS_TEST', 'EventBus'],
      ['warn', expect.stringMatching(/^a:\* was refused[^]*\n {2}InvalidTopicError: /), 'EventBus'],
    ]);
    expect(correlationId).toBe(id);
    await app.close();
  });

  it('shows no event at its default level, info', async () => {
    const { app, logger } = await start({});
    app.get(EventBus).emit('a:b');
    expect(logger.calls).toEqual([]);
    await app.close();
  });

  it('prints the stack through Nest’s own console logger', async () => {
    const { app } = await start({});
    const printed: string[] = [];
    class Printer extends ConsoleLogger {
      protected override printMessages(messages: unknown[]): void {
        printed.push(...messages.map(String));
      }
      protected override printStackTrace(stack: string): void {
        printed.push(stack);
      }
    }
    app.useLogger(new Printer());
    app.get(EventBus).emit('order:placed');
    expect(printed).toEqual([
      expect.stringContaining('AppModule/Mails.onPlaced failed on order:placed'),
      expect.stringMatching(/no mail server[^]*nest-logger\.spec/),
    ]);
    await app.close();
  });
});
