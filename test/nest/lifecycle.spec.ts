import { describe, expect, it } from '@jest/globals';
import { Global, Injectable, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BusEvent,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  HandlerContext,
  HeldOverflowError,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { captureLog, startApp } from './app.js';

const quiet = { logging: false } as const;

/** A promise and its resolver. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each([{ isGlobal: true }, { isGlobal: false }])(
  'Before the application has started (%j)',
  (extras) => {
    /** Starts an application of a listener, whose module is initialised last, and other providers. */
    async function run(
      providers: NonNullable<ModuleMetadata['providers']>,
      listener: Type<object>,
      options: EventBusModuleOptions = {},
    ) {
      const bus = EventBusModule.forRoot({ ...quiet, ...extras, ...options });

      @Module({ imports: [bus], providers })
      class Emitters {}

      @Module({ imports: [bus, Emitters], providers: [listener] })
      class AppModule {}
      const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
      await moduleRef.init();
      return moduleRef;
    }

    it('events from constructors and onModuleInit reach handlers after every onModuleInit, in order', async () => {
      const log: string[] = [];

      @Injectable()
      class Emitting {
        constructor(private readonly bus: EventBus) {
          bus.emit('boot:step', 'constructor');
        }
        async onModuleInit(): Promise<void> {
          this.bus.emit('boot:step', 'init');
          await nextTurn();
          this.bus.emit('boot:step', 'init, later');
        }
      }
      @Injectable()
      class Listener {
        onModuleInit(): void {
          log.push('listener is initialised');
        }
        @OnEvent('boot:step')
        on(step: string): void {
          log.push(step);
        }
      }
      const app = await run([Emitting], Listener);
      expect(log).toEqual(['listener is initialised', 'constructor', 'init', 'init, later']);
      await app.close();
    });

    it('an early handler runs at once, as far as handlers are known: it loses nothing either', async () => {
      const log: string[] = [];

      @Injectable()
      class Emitting {
        constructor(private readonly bus: EventBus) {
          bus.emit('boot:step', 'constructor');
        }
        onModuleInit(): void {
          this.bus.emit('boot:step', 'init');
        }
      }
      @Injectable()
      class Listener {
        onModuleInit(): void {
          log.push('listener is initialised');
        }
        @OnEvent('boot:step', { early: true })
        on(step: string): void {
          log.push(step);
        }
      }
      const app = await run([Emitting], Listener);
      expect(log).toEqual(['constructor', 'init', 'listener is initialised']);
      await app.close();
    });

    it('an early handler gets each event once and in order, though several patterns match it', async () => {
      const log: unknown[] = [];

      @Injectable()
      class Listener {
        constructor(private readonly bus: EventBus) {
          bus.emit('boot:one', 1);
          bus.emit('boot:two', 2);
        }
        onModuleInit(): void {
          this.bus.emit('boot:two', 3);
        }
        @OnEvent(['boot:two', 'boot:one'], { early: true })
        @OnEvent('boot:*')
        on(data: unknown): void {
          log.push(data);
        }
      }
      const app = await run([], Listener);
      app.get(EventBus).emit('boot:one', 4);
      expect(log).toEqual([1, 2, 3, 4]);
      await app.close();
    });

    it('a handler that is early for one of its patterns is early for all, and its neighbour isn’t', async () => {
      const log: string[] = [];

      @Injectable()
      class Listener {
        constructor(bus: EventBus) {
          bus.emit('boot:early');
          bus.emit('boot:other');
        }
        onModuleInit(): void {
          log.push('initialised');
        }
        @OnEvent('boot:early', { early: true })
        @OnEvent('boot:other')
        on(_data: unknown, { topic }: BusEvent): void {
          log.push(topic);
        }
        @OnEvent('boot:other')
        neighbour(): void {
          log.push('neighbour');
        }
      }
      const app = await run([], Listener);
      expect(log).toEqual(['boot:early', 'boot:other', 'initialised', 'neighbour']);
      await app.close();
    });

    it('on(), waitFor() and stream() are live at once, and emitAsync tells that deliveries are held', async () => {
      const log: string[] = [];

      @Injectable()
      class Emitting {
        constructor(private readonly bus: EventBus) {
          bus.on('boot:step', () => log.push('on'));
        }
        async onModuleInit(): Promise<void> {
          const waiting = this.bus.waitFor('boot:step');
          const stream = this.bus.stream('boot:step');
          const report = await this.bus.emitAsync('boot:step');
          log.push(`delivered ${report.delivered}, held ${report.held}`);
          log.push(`waitFor ${(await waiting).topic}`);
          for await (const { topic } of stream) {
            log.push(`stream ${topic}`);
            break;
          }
        }
      }
      @Injectable()
      class Listener {
        @OnEvent('boot:step')
        on(): void {
          log.push('@OnEvent');
        }
      }
      const app = await run([Emitting], Listener);
      expect(log).toEqual(['on', 'delivered 1, held 1', 'waitFor boot:step', 'stream boot:step', '@OnEvent']);
      await app.close();
    });

    it('more events than heldCapacity are an error for who emits, and those that were held arrive', async () => {
      const log: unknown[] = [];

      @Injectable()
      class Emitting {
        constructor(private readonly bus: EventBus) {
          bus.emit('boot:step', 1);
        }
        async onModuleInit(): Promise<void> {
          this.bus.emit('boot:step', 2);
          for (const emit of [
            () => this.bus.emit('boot:step', 3),
            () => this.bus.emitAsync('boot:step', 4),
          ]) {
            await expect((async () => emit())()).rejects.toThrow(HeldOverflowError);
          }
          log.push('initialised');
        }
      }
      @Injectable()
      class Listener {
        @OnEvent('boot:step')
        on(step: number): void {
          log.push(step);
        }
      }
      const app = await run([Emitting], Listener, { heldCapacity: 2 });
      app.get(EventBus).emit('boot:step', 5);
      expect(log).toEqual(['initialised', 1, 2, 5]);
      await app.close();
    });

    it('a constructor that emits too much fails the start with what to do', async () => {
      @Injectable()
      class Emitting {
        constructor(bus: EventBus) {
          for (let step = 0; step < 3; step++) bus.emit('boot:step', step);
        }
      }
      await expect(run([Emitting], class Listener {}, { heldCapacity: 2 })).rejects.toMatchObject({
        code: 'EVENT_BUS_HELD_OVERFLOW',
        message: expect.stringContaining('early: true'),
      });
    });

    it('events are held no longer when the first onApplicationBootstrap of the application runs', async () => {
      const log: string[] = [];

      @Injectable()
      class Emitting {
        constructor(private readonly bus: EventBus) {}
        async onApplicationBootstrap(): Promise<void> {
          const report = await this.bus.emitAsync('boot:step');
          log.push(`delivered ${report.delivered}, held ${report.held}`);
        }
      }
      @Global()
      @Module({ providers: [Emitting] })
      class GlobalModule {}
      @Injectable()
      class Listener {
        @OnEvent('boot:step')
        on(): void {
          log.push('@OnEvent');
        }
      }
      const bus = EventBusModule.forRoot({ ...quiet, ...extras });
      const imports = extras.isGlobal ? [GlobalModule, bus] : [bus];
      const providers = extras.isGlobal ? [Listener] : [Listener, Emitting];
      const moduleRef = await Test.createTestingModule({ imports, providers }).compile();
      await moduleRef.init();
      expect(log).toEqual(['@OnEvent', 'delivered 1, held 0']);
      await moduleRef.close();
    });
  },
);

describe('At shutdown', () => {
  @Injectable()
  class Database {
    isOpen = true;
    onModuleDestroy(): void {
      this.isOpen = false;
    }
  }

  it('handlers in flight finish while what they use is still open', async () => {
    const gate = deferred();
    const log: string[] = [];

    @Injectable()
    class Listener {
      constructor(
        private readonly database: Database,
        private readonly bus: EventBus,
      ) {}
      @OnEvent('order:placed')
      async onPlaced(): Promise<void> {
        await gate.promise;
        log.push(`placed, open: ${this.database.isOpen}`);
        this.bus.emit('order:confirmed');
      }
      @OnEvent('order:confirmed')
      async onConfirmed(): Promise<void> {
        await nextTurn();
        log.push(`confirmed, open: ${this.database.isOpen}`);
      }
    }

    @Global()
    @Module({ providers: [Database], exports: [Database] })
    class DatabaseModule {}
    const app = await startApp({ imports: [DatabaseModule], providers: [Listener] });
    app.get(EventBus).emit('order:placed');
    const closed = app.close();
    // Time enough for hooks to run ahead, if they would.
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    gate.resolve();
    await closed;
    expect(log).toEqual(['placed, open: true', 'confirmed, open: true']);
  });

  it('what others emit in their onModuleDestroy is still delivered, and finished before close() resolves', async () => {
    const log: string[] = [];

    @Injectable()
    class Emitting {
      constructor(private readonly bus: EventBus) {}
      onModuleDestroy(): void {
        this.bus.emit('app:stopping');
      }
    }
    @Injectable()
    class Listener {
      @OnEvent('app:stopping')
      async on(): Promise<void> {
        await nextTurn();
        log.push('handled');
      }
    }
    const app = await startApp({ providers: [Emitting, Listener] });
    await app.close();
    expect(log).toEqual(['handled']);
  });

  it('what requests emit until late finishes before anybody’s onApplicationShutdown', async () => {
    const gate = deferred();
    const log: string[] = [];

    @Injectable()
    class Pool {
      isOpen = true;
      onApplicationShutdown(): void {
        this.isOpen = false;
      }
    }
    @Injectable()
    class Listener {
      constructor(
        private readonly pool: Pool,
        private readonly bus: EventBus,
      ) {}
      beforeApplicationShutdown(): void {
        this.bus.emit('request:late');
        setImmediate(gate.resolve);
      }
      @OnEvent('request:late')
      async on(): Promise<void> {
        await gate.promise;
        log.push(`open: ${this.pool.isOpen}`);
      }
    }

    @Global()
    @Module({ providers: [Pool], exports: [Pool] })
    class PoolModule {}
    const app = await startApp({ imports: [PoolModule], providers: [Listener] });
    await app.close();
    expect(log).toEqual(['open: true']);
  });

  it('afterwards an emit is dropped and warned of, not thrown', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    const bus = app.get(EventBus);
    await app.close();
    const report = await bus.emitAsync('order:placed');
    expect(report.dropped).toBe('closed');
    expect(lines).toMatchObject([{ level: 40, topic: 'order:placed' }]);
  });

  it('work that doesn’t end in time is told to stop and named in the log, and close() goes on', async () => {
    const { logger, lines } = captureLog('warn');
    const aborted: boolean[] = [];

    @Injectable()
    class Listener {
      @OnEvent('order:placed')
      async onPlaced(_data: unknown, _event: BusEvent, { signal }: HandlerContext): Promise<void> {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.aborted);
            resolve();
          });
        });
      }
    }
    const app = await startApp({ providers: [Listener] }, { closeTimeout: 0, logging: { logger } });
    app.get(EventBus).emit('order:placed');
    await app.close();
    expect(aborted).toEqual([true]);
    expect(lines).toMatchObject([
      { code: 'EVENT_BUS_ABORTED', msg: expect.stringContaining('AppModule/Listener.onPlaced') },
    ]);
  });

  it('close() twice is harmless', async () => {
    const app = await startApp({});
    await app.close();
    await app.close();
    expect(app.get(RootEventBus).emit('a:b').topic).toBe('a:b');
  });

  it('close() of an application that was never initialised ends, and its handlers never run', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Listener {
      constructor(bus: EventBus) {
        bus.emit('boot:step');
      }
      @OnEvent('boot:step')
      on(data: unknown): void {
        seen.push(data);
      }
    }
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot(quiet)],
      providers: [Listener],
    }).compile();
    await moduleRef.close();
    expect(seen).toEqual([]);
  });

  it('close() during init ends, whatever order Nest runs the hooks in', async () => {
    const gate = deferred();

    @Injectable()
    class Slow {
      async onModuleInit(): Promise<void> {
        await gate.promise;
      }
      @OnEvent('a:b')
      on(): void {}
    }
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot(quiet)],
      providers: [Slow],
    }).compile();
    const initialised = moduleRef.init();
    const closed = moduleRef.close();
    gate.resolve();
    await Promise.all([initialised, closed]);
    expect((await moduleRef.get(EventBus).emitAsync('a:b')).dropped).toBe('closed');
  });
});
