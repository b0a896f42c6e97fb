import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { BusEvent, EventBus, EventBusModule, OnEvent, StartupStep } from 'nestjs-event-bus';
import { captureLog } from '../app.js';

const log: string[] = [];

/** Writes down all of Nest's hooks. */
abstract class Hooks {
  onModuleInit(): void {
    log.push(`${this.constructor.name} init`);
  }
  onApplicationBootstrap(): void {
    log.push(`${this.constructor.name} bootstrap`);
  }
  onModuleDestroy(): void {
    log.push(`${this.constructor.name} destroy`);
  }
  beforeApplicationShutdown(): void {
    log.push(`${this.constructor.name} beforeShutdown`);
  }
  onApplicationShutdown(): void {
    log.push(`${this.constructor.name} shutdown`);
  }
}

@Injectable()
class Inner extends Hooks {
  @StartupStep({ emits: 'inner:ready' })
  step(): void {}
}
@Module({ providers: [Inner] })
class InnerModule {}

@Controller()
class Outer extends Hooks {}
@Module({ imports: [InnerModule], controllers: [Outer] })
class OuterModule {}

@Injectable()
class Listener extends Hooks {
  @OnEvent('system:*')
  @OnEvent('inner:*')
  on(_data: unknown, { topic }: BusEvent): void {
    if (topic !== 'system:boot_phase') log.push(topic);
  }
}
@Module({
  imports: [EventBusModule.forRoot({ logging: false }), OuterModule],
  providers: [Listener],
})
class AppModule {}

const HOOKED = ['Inner', 'Outer', 'Listener'];
const allOf = (hook: string): Set<string> => new Set(HOOKED.map((name) => `${name} ${hook}`));

/** What was written down, cut at the events. Which module's hooks run first is Nest's own affair, and not the same in all versions. */
function chapters(): (string | Set<string>)[] {
  const parts: (string | Set<string>)[] = [];
  for (const line of log) {
    const last = parts.at(-1);
    const isHook = line.includes(' ');
    const hook = line.slice(line.indexOf(' '));
    if (!isHook) parts.push(line);
    else if (last instanceof Set && [...last].some((each) => each.endsWith(hook))) last.add(line);
    else parts.push(new Set([line]));
  }
  return parts;
}

const WHOLE_LIFE = [
  allOf('init'),
  'system:starting',
  'system:started',
  'inner:ready',
  allOf('bootstrap'),
  'system:boot_complete',
];
const WHOLE_END = [
  'system:stopping',
  allOf('destroy'),
  allOf('beforeShutdown'),
  allOf('shutdown'),
  'system:stopped',
];

afterEach(() => {
  log.length = 0;
  jest.useRealTimers();
});

describe('Lifecycle events and all of Nest’s hooks come in one order', () => {
  it('in an HTTP application with nested modules, which listens when the boot is complete', async () => {
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    expect(log).toEqual([]);
    await app.listen(0);
    log.push('listening');
    await app.close();
    expect(chapters()).toEqual([...WHOLE_LIFE, 'listening', ...WHOLE_END]);
  });

  it('in an application context', async () => {
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    await app.close();
    expect(chapters()).toEqual([...WHOLE_LIFE, ...WHOLE_END]);
  });

  it('in a testing module from which an application is made: once', async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await moduleRef.init();
    const app = moduleRef.createNestApplication({ logger: false });
    await app.init();
    const topics = log.filter((line) => !line.includes(' '));
    expect(topics).toEqual(WHOLE_LIFE.filter((part) => typeof part === 'string'));
    await app.close();
    expect(log.filter((line) => line === 'system:stopped')).toHaveLength(1);
  });

  it('and no shutdown is told of an application that was closed without having started', async () => {
    const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await moduleRef.close();
    expect(log.filter((line) => line.startsWith('system:'))).toEqual([]);
  });
});

describe('An application without steps', () => {
  it('has the same events, and nothing in its log', async () => {
    const { logger, lines } = captureLog('info');
    const topics: string[] = [];

    @Injectable()
    class Journal {
      @OnEvent('system:*')
      on(_data: unknown, { topic }: BusEvent): void {
        topics.push(topic);
      }
    }
    @Module({ imports: [EventBusModule.forRoot({ logging: { logger } })], providers: [Journal] })
    class Plain {}
    const app = await NestFactory.createApplicationContext(Plain, { logger: false, abortOnError: false });
    expect(lines).toEqual([]);
    await app.close();
    expect(topics).toEqual([
      'system:starting',
      'system:started',
      'system:boot_complete',
      'system:stopping',
      'system:stopped',
    ]);
  });

  it('says at its start how many subscriptions there are', async () => {
    const counts: number[] = [];

    @Injectable()
    class Journal {
      @OnEvent('system:starting')
      @OnEvent('order:placed')
      on({ subscriptions }: { subscriptions: number }): void {
        counts.push(subscriptions);
      }
    }
    @Module({ imports: [EventBusModule.forRoot({ logging: false })], providers: [Journal] })
    class Plain {}
    const app = await NestFactory.createApplicationContext(Plain, { logger: false, abortOnError: false });
    await app.close();
    expect(counts).toEqual([2]);
  });

  it('keeps each for who comes late', async () => {
    @Module({ imports: [EventBusModule.forRoot({ logging: false, history: { capacity: 0 } })] })
    class Plain {}
    const app = await NestFactory.createApplicationContext(Plain, { logger: false, abortOnError: false });
    const bus = app.get(EventBus);
    const seen: unknown[] = [];
    bus.on('system:started', (data) => seen.push(data), { replay: 'last' });
    expect(seen).toEqual([{ steps: [] }]);
    expect((await bus.waitFor('system:boot_complete', { past: true })).data).toEqual({ degraded: [] });
    await app.close();
  });
});

describe('Waiting in a hook for what only a later one can bring', () => {
  async function start(provider: Type<unknown>) {
    const { logger, lines } = captureLog('warn');

    @Module({
      imports: [EventBusModule.forRoot({ logging: { logger } }), InnerModule],
      providers: [provider],
    })
    class Waiting {}
    jest.useFakeTimers();
    const outcome = NestFactory.createApplicationContext(Waiting, {
      logger: false,
      abortOnError: false,
    }).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    await jest.advanceTimersByTimeAsync(2_000);
    const warned = lines.map(({ msg }) => msg);
    await jest.advanceTimersByTimeAsync(28_000);
    return { warned, error: await outcome };
  }

  it('doesn’t hang silently: in onModuleInit it is warned of after two seconds, and times out with the reason', async () => {
    @Injectable()
    class Impatient {
      constructor(private readonly bus: EventBus) {}
      async onModuleInit(): Promise<void> {
        await this.bus.waitFor<string>('inner:ready', { past: true });
      }
    }
    const { warned, error } = await start(Impatient);
    const reason =
      '"inner:ready" comes from the startup step InnerModule/Inner.step, which runs when every onModuleInit has: awaited in one, it never comes.';
    expect(warned).toEqual([`"inner:ready" has been waited for since 2000 ms. ${reason}`]);
    expect(error?.message).toBe(`No event for "inner:ready" within 30000 ms. ${reason}`);
  });

  it('is told of system:boot_complete in onApplicationBootstrap, too', async () => {
    @Injectable()
    class Impatient {
      constructor(private readonly bus: EventBus) {}
      async onApplicationBootstrap(): Promise<void> {
        await this.bus.waitFor('system:boot_complete');
      }
    }
    const { warned, error } = await start(Impatient);
    expect(warned).toEqual([expect.stringContaining('comes when every onApplicationBootstrap has run')]);
    expect(error?.message).toContain('comes when every onApplicationBootstrap has run');
  });

  it('costs nothing where it isn’t awaited: the event comes, and nothing is warned of', async () => {
    const seen: string[] = [];

    @Injectable()
    class Patient {
      constructor(bus: EventBus) {
        void bus.waitFor<string>('inner:ready').then(({ topic }) => seen.push(topic));
      }
    }
    const { warned, error } = await start(Patient);
    expect({ warned, error, seen }).toEqual({ warned: [], error: undefined, seen: ['inner:ready'] });
  });
});
