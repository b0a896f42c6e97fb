import { describe, expect, it } from '@jest/globals';
import { Global, Injectable, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BusEvent,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  HeldOverflowError,
  OnEvent,
} from 'nestjs-event-bus';

const quiet = { logging: false } as const;

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
