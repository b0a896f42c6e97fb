import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Global, Injectable, Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { BusEvent, EventBus, EventBusModule, HandlerContext, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { controlledPromise } from '../support/controlled-promise.js';
import { captureLog, type Line, startApp } from './app.js';

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;
type Hook = (typeof HOOKS)[number];

/** Something that handlers need. */
@Injectable()
class Pool {
  isOpen = true;
}

/** A pool that is closed in the hook of that name. */
function poolUntil(hook: Hook): Provider {
  @Injectable()
  class ClosingPool extends Pool {
    [hook](): void {
      this.isOpen = false;
    }
  }
  return { provide: Pool, useClass: ClosingPool };
}

function moduleOf(metadata: ModuleMetadata): Type<object> {
  class Feature {}
  Module(metadata)(Feature);
  return Feature;
}

function globalModuleOf(metadata: ModuleMetadata): Type<object> {
  const module = moduleOf(metadata);
  Global()(module);
  return module;
}

/** Where a pool may stand, as the root module's metadata. */
const PLACES: Record<string, (pool: Provider, handlers: Provider) => ModuleMetadata> = {
  'the root module': (pool, handlers) => ({ providers: [pool, handlers] }),
  'the module of the handlers': (pool, handlers) => ({
    imports: [moduleOf({ providers: [pool, handlers] })],
  }),
  'a module that theirs imports': (pool, handlers) => {
    const pools = moduleOf({ providers: [pool], exports: [Pool] });
    return { imports: [moduleOf({ imports: [pools], providers: [handlers] })] };
  },
  'a global module': (pool, handlers) => {
    const pools = globalModuleOf({ providers: [pool], exports: [Pool] });
    return { imports: [pools, moduleOf({ providers: [handlers] })] };
  },
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time enough for hooks to run ahead, if they would. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
}

const quiet = { logging: false } as const;

const closedLines = (lines: readonly Line[]): Line[] =>
  lines.filter(({ msg }) => msg.startsWith('The event bus closed'));

describe('What was accepted before the shutdown', () => {
  const everyCase = HOOKS.flatMap((hook) => Object.keys(PLACES).map((place) => [hook, place] as const));

  it.each(everyCase)(
    'finishes, and what follows from it, while what handlers need is open: %s, %s',
    async (hook, place) => {
      const gate = controlledPromise();
      const log: string[] = [];

      @Injectable()
      class Listener {
        constructor(
          private readonly pool: Pool,
          private readonly bus: EventBus,
        ) {}
        @OnEvent('order:placed')
        async onPlaced(): Promise<void> {
          await gate.promise;
          this.note('placed');
          this.bus.emit('order:confirmed');
        }
        @OnEvent('order:confirmed')
        async onConfirmed(): Promise<void> {
          await nextTurn();
          this.note('confirmed');
          this.bus.track('report', async () => {
            await nextTurn();
            this.note('reported');
          });
        }
        @OnEvent('order:paid')
        onPaid(): void {
          this.note('paid');
        }
        note(what: string): void {
          log.push(`${what}, ${this.pool.isOpen ? 'open' : 'CLOSED'}`);
        }
      }
      const app = await startApp(PLACES[place]!(poolUntil(hook), Listener));
      const bus = app.get(EventBus);
      bus.emit('order:placed');
      void bus.hold(async (held) => {
        held.emit('order:paid');
        await gate.promise;
      });
      const closed = app.close();
      await someTurns();
      expect(log).toEqual([]);
      gate.resolve();
      await closed;
      expect(log.toSorted()).toEqual(['confirmed, open', 'paid, open', 'placed, open', 'reported, open']);
    },
  );

  it('finishes in applications of every kind', async () => {
    @Injectable()
    class Listener {
      constructor(private readonly pool: Pool) {}
      @OnEvent('order:placed')
      async onPlaced(gate: Promise<void>): Promise<void> {
        await gate;
        log.push(this.pool.isOpen);
      }
    }
    const log: boolean[] = [];
    const root = moduleOf({
      imports: [EventBusModule.forRoot(quiet)],
      providers: [poolUntil('onModuleDestroy'), Listener],
    });
    const kinds = [
      () => NestFactory.createApplicationContext(root, { logger: false }),
      async () => (await NestFactory.create(root, { logger: false })).init(),
      async () => {
        const app = await NestFactory.create(root, { logger: false });
        await app.listen(0, '127.0.0.1');
        return app;
      },
      async () => (await Test.createTestingModule({ imports: [root] }).compile()).init(),
    ];
    for (const start of kinds) {
      const app = await start();
      const gate = controlledPromise();
      app.get(EventBus).emit('order:placed', gate.promise);
      const closed = app.close();
      await someTurns();
      gate.resolve();
      await closed;
    }
    expect(log).toEqual([true, true, true, true]);
  });
});

describe('What is emitted during the shutdown', () => {
  it.each([
    ['onModuleDestroy', 'beforeApplicationShutdown'],
    ['beforeApplicationShutdown', 'onApplicationShutdown'],
  ] as const)('finishes before the next of its steps: %s, %s', async (hook, next) => {
    const gate = controlledPromise();
    const log: string[] = [];

    @Injectable()
    class Emitting {
      constructor(private readonly bus: EventBus) {}
      [hook](): void {
        this.bus.emit('app:stopping');
        setImmediate(gate.resolve);
      }
    }
    @Injectable()
    class Listener {
      constructor(private readonly pool: Pool) {}
      @OnEvent('app:stopping')
      async on(): Promise<void> {
        await gate.promise;
        await nextTurn();
        log.push(this.pool.isOpen ? 'open' : 'CLOSED');
      }
    }
    for (const arrange of Object.values(PLACES)) {
      const { imports = [], providers = [] } = arrange(poolUntil(next), Listener);
      const app = await startApp({ imports, providers: [...providers, Emitting] });
      await app.close();
    }
    expect(log).toEqual(['open', 'open', 'open', 'open']);
  });

  it('in onApplicationShutdown finishes before close() resolves', async () => {
    const log: string[] = [];

    @Injectable()
    class Late {
      constructor(private readonly bus: EventBus) {}
      onApplicationShutdown(): void {
        this.bus.emit('app:stopping');
      }
      @OnEvent('app:stopping')
      async on(): Promise<void> {
        await nextTurn();
        log.push('handled');
      }
    }
    const app = await startApp({ providers: [Late] });
    await app.close();
    expect(log).toEqual(['handled']);
  });

  it('after the end is dropped, counted and warned of, not thrown', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    const bus = app.get(EventBus);
    await app.close();
    expect((await bus.emitAsync('order:placed')).dropped).toBe('closed');
    expect(bus.emit('order:placed').topic).toBe('order:placed');
    expect(app.get(RootEventBus).inspect().counters.dropped).toBe(2);
    expect(lines).toMatchObject([
      { level: 40, topic: 'order:placed' },
      { level: 40, topic: 'order:placed' },
    ]);
  });
});

describe('Work that hangs', () => {
  afterEach(() => void jest.useRealTimers());

  /** Handles `job:hang` until it is told to stop. */
  @Injectable()
  class Hanging {
    readonly aborted: unknown[] = [];
    @OnEvent('job:hang')
    async hang(_data: unknown, _event: BusEvent, { signal }: HandlerContext): Promise<void> {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          this.aborted.push(signal.reason);
          resolve();
        });
      });
    }
    @OnEvent('job:end')
    async end(): Promise<void> {
      await nextTurn();
    }
  }

  /** So many ms pass by the fake clock, and all that they set off happens. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      await jest.advanceTimersByTimeAsync(50);
      await someTurns();
    }
  }

  it.each([
    [10_000, {}],
    [600, { closeTimeout: 600 }],
  ])(
    'is aborted through its signal when the time is up, and named in the report and the log: %d ms, %j',
    async (ms, options) => {
      const { logger, lines } = captureLog('info');
      const app = await startApp({ providers: [Hanging] }, { ...options, logging: { logger } });
      const { aborted } = app.get(Hanging);
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
      app.get(EventBus).emit('job:hang');
      app.get(EventBus).emit('job:end');
      const closed = app.close();
      await pass(ms - 100);
      expect(aborted).toEqual([]);
      await pass(200);
      await closed;
      expect(aborted).toEqual([expect.objectContaining({ code: 'EVENT_BUS_CLOSED' })]);
      expect(await app.get(RootEventBus).close()).toMatchObject({
        drained: 1,
        aborted: ['AppModule/Hanging.hang'],
        dropped: 0,
      });
      expect(lines).toMatchObject([
        { level: 40, code: 'EVENT_BUS_ABORTED', msg: expect.stringContaining('AppModule/Hanging.hang') },
        {
          level: 30,
          msg: expect.stringMatching(/^The event bus closed: 1 drained, 1 aborted, 0 events dropped/),
        },
      ]);
    },
  );

  it('and ignores its signal doesn’t keep close() from ending', async () => {
    @Injectable()
    class Deaf {
      @OnEvent('job:hang')
      hang(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const app = await startApp({ providers: [Deaf] }, { ...quiet, closeTimeout: 0 });
    app.get(EventBus).emit('job:hang');
    await app.close();
    expect(await app.get(RootEventBus).close()).toMatchObject({ aborted: ['AppModule/Deaf.hang'] });
  });

  it('leaves time to what comes later: it is aborted last', async () => {
    const log: string[] = [];
    @Injectable()
    class Late {
      constructor(private readonly bus: EventBus) {}
      onApplicationShutdown(): void {
        this.bus.emit('job:late');
      }
      @OnEvent('job:late')
      async late(): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 100));
        log.push('late');
      }
    }
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const app = await startApp({ providers: [Hanging, Late] });
    app.get(EventBus).emit('job:hang');
    const closed = app.close().then(() => log.push('closed'));
    await pass(10_100);
    await closed;
    expect(log).toEqual(['late', 'closed']);
    expect(app.get(Hanging).aborted).toHaveLength(1);
  });
});

describe('The log of a shutdown', () => {
  it('says what was drained, once, at info', async () => {
    const { logger, lines } = captureLog('info');
    const gate = controlledPromise();

    @Injectable()
    class Listener {
      @OnEvent('order:placed')
      onPlaced(): Promise<void> {
        return gate.promise;
      }
    }
    const app = await startApp({ providers: [Listener] }, { logging: { logger } });
    for (let order = 0; order < 12; order++) app.get(EventBus).emit('order:placed');
    const closed = app.close();
    await someTurns();
    gate.resolve();
    await closed;
    await app.close();
    expect(lines).toMatchObject([
      { level: 30, drained: 12, msg: expect.stringMatching(/^The event bus closed: 12 drained, 0 aborted/) },
    ]);
  });

  it('doesn’t count what ended before the shutdown', async () => {
    @Injectable()
    class Listener {
      @OnEvent('order:placed')
      async onPlaced(): Promise<void> {}
    }
    const app = await startApp({ providers: [Listener] });
    await app.get(EventBus).emitAsync('order:placed');
    await app.close();
    expect(await app.get(RootEventBus).close()).toMatchObject({ drained: 0, aborted: [], dropped: 0 });
  });
});

describe('close()', () => {
  it('twice, one after the other or at once, is one shutdown for the bus', async () => {
    const { logger, lines } = captureLog('info');
    const gate = controlledPromise();
    const log: boolean[] = [];

    @Injectable()
    class Listener {
      constructor(private readonly pool: Pool) {}
      @OnEvent('order:placed')
      async onPlaced(): Promise<void> {
        await gate.promise;
        log.push(this.pool.isOpen);
      }
    }
    const providers = [poolUntil('onModuleDestroy'), Listener];
    const app = await startApp({ providers }, { logging: { logger } });
    app.get(EventBus).emit('order:placed');
    const closed = [app.close(), app.close()];
    await someTurns();
    closed.push(app.close());
    gate.resolve();
    await Promise.all(closed);
    await app.close();
    expect(log).toEqual([true]);
    expect(closedLines(lines)).toMatchObject([{ drained: 1 }]);
  });

  it('of an application that was never initialised ends, and its handlers never run', async () => {
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

  it('during init ends, whatever order Nest runs the hooks in, and no handler runs after it', async () => {
    const gate = controlledPromise();
    const { logger, lines } = captureLog('info');
    const seen: string[] = [];

    @Injectable()
    class Slow {
      constructor(private readonly bus: EventBus) {}
      async onModuleInit(): Promise<void> {
        this.bus.emit('boot:step', 'before');
        await gate.promise;
        this.bus.emit('boot:step', 'after');
      }
      @OnEvent('boot:step')
      on(step: string): void {
        seen.push(step);
      }
    }
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: { logger } })],
      providers: [Slow],
    }).compile();
    const initialised = moduleRef.init();
    const closed = moduleRef.close();
    await someTurns();
    gate.resolve();
    await Promise.all([initialised, closed]);
    const seenThen = [...seen];
    expect((await moduleRef.get(EventBus).emitAsync('boot:step', 'too late')).dropped).toBe('closed');
    expect(seen).toEqual(seenThen);
    expect(closedLines(lines)).toHaveLength(1);
  });

  it('after an init that failed ends, and its handlers never run', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Broken {
      constructor(private readonly bus: EventBus) {}
      onModuleInit(): void {
        this.bus.emit('boot:step');
        throw new Error('no database');
      }
      @OnEvent('boot:step')
      on(data: unknown): void {
        seen.push(data);
      }
    }
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot(quiet)],
      providers: [Broken],
    }).compile();
    await expect(moduleRef.init()).rejects.toThrow('no database');
    await moduleRef.close().catch((error: unknown) => expect(error).toEqual(new Error('no database')));
    expect(seen).toEqual([]);
  });
});
