import { describe, expect, it } from '@jest/globals';
import { type CanActivate, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import { BusEvent, EventBus, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { startApp } from './app.js';

const log: string[] = [];

@Injectable()
class Yes implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable()
class Mails {
  @OnEvent('mail:sent', {
    queue: { orderBy: ({ data }: BusEvent<{ to: string }>) => data.to, concurrency: 2 },
  })
  async onSent({ to, n }: { to: string; n: number }): Promise<void> {
    log.push(`begin ${to}${n}`);
    await Promise.resolve();
    log.push(`end ${to}${n}`);
  }

  @UseGuards(Yes)
  @OnEvent('mail:guarded', { queue: true })
  onGuarded(n: number): void {
    log.push(`guarded ${n}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @OnEvent('mail:request', { queue: true })
  onRequest(n: number): void {
    log.push(`request ${n}`);
  }
}

@Injectable()
class Early {
  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    for (let n = 0; n < 5; n++) this.bus.emit('mail:early', n);
  }

  @OnEvent('mail:early', { queue: { capacity: 2 } })
  onEarly(n: number): void {
    log.push(`early ${n}`);
  }
}

@Module({ providers: [Mails, PerRequest, Early] })
class MailModule {}

describe('A handler with a queue, under @OnEvent', () => {
  it('is called in order per key, behind guards and on request-scoped providers too, and drained at the shutdown', async () => {
    log.length = 0;
    const app = await startApp({ imports: [MailModule] });
    const bus = app.get(EventBus);
    for (const [to, n] of [
      ['a', 1],
      ['a', 2],
      ['b', 1],
    ] as const)
      bus.emit('mail:sent', { to, n });
    for (const n of [1, 2]) {
      bus.emit('mail:guarded', n);
      bus.emit('mail:request', n);
    }
    expect(app.get(RootEventBus).inspect().subscriptions).toContainEqual(
      expect.objectContaining({
        handler: 'MailModule/Mails.onSent',
        queue: expect.objectContaining({ waiting: 3 }),
      }),
    );
    await app.close();
    const of = (what: string): string[] => log.filter((line) => line.includes(what));
    expect(of(' a')).toEqual(['begin a1', 'end a1', 'begin a2', 'end a2']);
    expect(of(' b')).toEqual(['begin b1', 'end b1']);
    expect(of('guarded')).toEqual(['guarded 1', 'guarded 2']);
    expect(of('request')).toEqual(['request 1', 'request 2']);
  });

  it('gets all that was emitted before the start, whatever its capacity', async () => {
    log.length = 0;
    const app = await startApp({ imports: [MailModule] });
    await app.get(RootEventBus).idle();
    expect(log).toEqual([0, 1, 2, 3, 4].map((n) => `early ${n}`));
  });

  it('is refused where it is declared when its options are wrong, by class, method and option', () => {
    expect(() => {
      class Wrong {
        @OnEvent('mail:sent', { queue: { capacity: 0 } })
        onSent(): void {}
      }
      return Wrong;
    }).toThrow(/Wrong\.onSent.*queue\.capacity/s);
  });
});
