import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { EventBus, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { captureLog, startApp } from './app.js';

@Injectable()
class Mails {
  @OnEvent('order:placed')
  onPlaced(): void {
    throw new Error('no mail server');
  }
}

describe('The option logging', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('takes the application’s pino logger as it is, children and levels included', async () => {
    const { logger, lines } = captureLog('info');
    const child = logger.child({ service: 'shop' }, { level: 'debug' });
    const app = await startApp({ providers: [Mails] }, { logging: { logger: child } });
    const { id } = app.get(EventBus).emit('order:placed');
    // The failure is an event of its own, too.
    expect(lines.filter(({ topic }) => topic === 'order:placed')).toMatchObject([
      { level: 20, service: 'shop', msg: 'order:placed emitted', eventId: id, subscriptions: 1 },
      {
        level: 50,
        service: 'shop',
        handler: 'AppModule/Mails.onPlaced',
        eventId: id,
        err: { message: 'no mail server', stack: expect.stringContaining('bus-host.spec') },
      },
    ]);
  });

  it('false logs nothing, not even failed handlers and tasks, on any stream', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const app = await startApp({ providers: [Mails] }, { logging: false });
    app.get(EventBus).track('sync', Promise.reject(new Error('no network')));
    const report = await app.get(EventBus).emitAsync('order:placed');
    await app.get(RootEventBus).idle();
    expect(report.failures).toHaveLength(1);
    expect(printed).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
  });
});
