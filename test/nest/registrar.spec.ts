import { describe, expect, it, jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { BusEvent, EventBus, EventBusModule, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { captureLog, startApp } from './app.js';

@Injectable()
class Mails {
  readonly seen: unknown[] = [];

  @OnEvent('order:placed')
  onPlaced(data: unknown, _event: BusEvent): void {
    this.seen.push(data);
  }
}

@Module({ providers: [Mails] })
class One {}

@Module({ providers: [Mails] })
class Two {}

describe('The registrar', () => {
  it('names a handler Module/Class.method, and figures are kept for it', async () => {
    const app = await startApp({ imports: [One] });
    app.get(EventBus).emit('order:placed');
    expect(app.get(RootEventBus).inspect().subscriptions).toEqual([
      expect.objectContaining({ handler: 'One/Mails.onPlaced', pattern: 'order:placed', delivered: 1 }),
    ]);
  });

  it('subscribes a class that two modules provide twice, and warns of it once', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({ imports: [One, Two] }, { logging: { logger } });
    app.get(EventBus).emit('order:placed', 1);
    expect(app.select(One).get(Mails, { strict: true }).seen).toEqual([1]);
    expect(app.select(Two).get(Mails, { strict: true }).seen).toEqual([1]);
    expect(lines).toEqual([
      {
        level: 40,
        code: 'EVENT_BUS_HANDLERS_TWICE',
        msg: expect.stringMatching(/^Mails is provided 2 times \(in One, Two\)/),
      },
    ]);
  });

  it('doesn’t warn of objects of one class that the application made itself', async () => {
    const { logger, lines } = captureLog('warn');
    const make = (provide: string) => ({ provide, useFactory: () => new Mails() });
    const app = await startApp({ providers: [make('EU'), make('US')] }, { logging: { logger } });
    app.get(EventBus).emit('order:placed', 1);
    expect([app.get<Mails>('EU'), app.get<Mails>('US')]).toEqual([{ seen: [1] }, { seen: [1] }]);
    expect(lines).toEqual([]);
  });

  it('calls handlers in the order of modules and methods', async () => {
    const seen: string[] = [];
    const listener = (name: string) => {
      @Injectable()
      class Listener {
        @OnEvent('a:b')
        first(): void {
          seen.push(`${name} first`);
        }
        @OnEvent('a:b')
        second(): void {
          seen.push(`${name} second`);
        }
      }
      return Listener;
    };
    const app = await startApp({ providers: [listener('one'), listener('two')] });
    app.get(EventBus).emit('a:b');
    expect(seen).toEqual(['one first', 'one second', 'two first', 'two second']);
  });

  it('lets a spy that a test put on the object before init take the method’s place', async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [Mails],
    }).compile();
    const spy = jest.spyOn(moduleRef.get(Mails), 'onPlaced').mockImplementation(() => {});
    await moduleRef.init();
    moduleRef.get(EventBus).emit('order:placed', 7);
    expect(spy).toHaveBeenCalledWith(7, expect.objectContaining({ topic: 'order:placed' }));
    expect(moduleRef.get(Mails).seen).toEqual([]);
    await moduleRef.close();
  });

  it('names the handler whose method is gone from the object', async () => {
    const broken = Object.assign(new Mails(), { onPlaced: undefined });
    await expect(startApp({ providers: [{ provide: 'BROKEN', useValue: broken }] })).rejects.toThrow(
      '@OnEvent() on Mails.onPlaced: the object has something else than a method under that name.',
    );
  });
});
