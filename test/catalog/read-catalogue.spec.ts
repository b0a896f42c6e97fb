import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Injectable,
  type INestApplicationContext,
  Module,
  Scope,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  BusEvent,
  defineEvent,
  Emits,
  EventBus,
  EventBusModule,
  external,
  InvalidArgumentError,
  Listens,
  OnEvent,
  RootEventBus,
  StartupStep,
} from 'nestjs-event-bus';
import { catalogue, SeenEmitters } from 'nestjs-event-bus/catalog';
import { z } from 'zod';

const made: string[] = [];

const OrderPlaced = defineEvent('order:placed', {
  description: 'An order was placed.',
  retain: true,
  schema: z.object({ id: z.string() }),
});
const CardCharged = defineEvent('card:charged', {
  sensitive: true,
  schema: z.object({ token: z.string().default('tok_live_secret') }),
});

@Injectable()
class OrderService {
  constructor(private readonly bus: EventBus) {
    made.push('OrderService');
    bus.on('order:returned', function restock() {}, { priority: 2 });
  }

  place() {
    this.bus.emit('order:placed', { id: 'A-1' });
  }
}

@Emits('order:*')
@Listens('order:returned')
@Module({
  imports: [EventBusModule.forFeature([OrderPlaced, CardCharged])],
  providers: [OrderService],
  exports: [OrderService],
})
class OrdersModule {}

@Controller()
@Listens('order:**')
class MailController {
  @OnEvent(OrderPlaced, { priority: 5, filter: () => true, early: true })
  send() {}

  @OnEvent('order:**')
  audit() {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @OnEvent('order:placed')
  onPlaced(_order: unknown, _event: BusEvent) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Passing {
  @OnEvent('order:placed')
  onPlaced() {}
}

@Module({ controllers: [MailController], providers: [PerRequest, Passing] })
class MailModule {}

@Module({
  imports: [EventBusModule.forRoot({ logging: false, sensitive: ['vault:**'] }), MailModule, OrdersModule],
})
class AppModule {}

const open: INestApplicationContext[] = [];
afterEach(async () => {
  made.length = 0;
  for (const app of open.splice(0)) await app.close();
});

async function create(module: Type<unknown>, options: { preview?: boolean } = {}) {
  const app = await NestFactory.createApplicationContext(module, {
    logger: false,
    abortOnError: false,
    ...options,
  });
  open.push(app);
  return app;
}

describe('The catalogue of an application', () => {
  it('has every topic with its definition, emitters and listeners', async () => {
    const { topics } = catalogue(await create(AppModule));
    expect(topics.find(({ topic }) => topic === 'order:placed')).toEqual({
      topic: 'order:placed',
      description: 'An order was placed.',
      sensitive: false,
      definition: {
        modules: ['OrdersModule'],
        retained: true,
        schema: {
          vendor: 'zod',
          json: {
            type: 'object',
            properties: { id: { type: 'string' } },
            required: ['id'],
            additionalProperties: false,
          },
        },
      },
      emitters: [{ emitter: 'OrdersModule', pattern: 'order:*' }],
      listeners: [
        { handler: 'MailModule/MailController.audit', pattern: 'order:**', options: {} },
        {
          handler: 'MailModule/MailController.send',
          pattern: 'order:placed',
          options: { early: true, filter: 'function', priority: 5 },
        },
        { handler: 'MailModule/PerRequest.onPlaced', pattern: 'order:placed', options: {} },
      ],
    });
  });

  it('has the patterns that are heard or declared to be emitted', async () => {
    const { patterns } = catalogue(await create(AppModule));
    expect(patterns.map(({ pattern }) => pattern)).toEqual(['order:*', 'order:**']);
  });

  it('has what modules and providers declare that they may do, and what the host grants', async () => {
    @Emits('plugin:*')
    @Module({})
    class PluginModule {}
    @Module({})
    class LegacyModule {}
    const permissions = {
      mode: 'report',
      grants: [
        [PluginModule, { emits: ['plugin:loaded'] }],
        [LegacyModule, { emits: ['legacy:*'], listens: [] }],
        [MailModule, { listens: ['order:**'] }],
      ],
    } as const;
    @Module({
      imports: [EventBusModule.forRoot({ logging: false, permissions }), PluginModule, LegacyModule],
    })
    class HostApp {}
    for (const preview of [true, false]) {
      const found = catalogue(await create(HostApp, { preview }));
      expect(found.permissions).toEqual({
        mode: 'report',
        rights: [
          { holder: 'LegacyModule', emits: ['legacy:*'], listens: [], granted: true },
          { holder: 'PluginModule', emits: ['plugin:*'] },
          { holder: 'PluginModule', emits: ['plugin:loaded'], granted: true },
        ],
      });
      // What a module declares is what it emits; where it declares nothing, what it is granted.
      expect(found.patterns.map(({ emitters }) => emitters)).toEqual([
        [{ emitter: 'LegacyModule', pattern: 'legacy:*' }],
        [{ emitter: 'PluginModule', pattern: 'plugin:*' }],
      ]);
    }
    expect(catalogue(await create(AppModule)).permissions).toEqual({
      mode: 'declared',
      rights: [
        { holder: 'MailModule/MailController', listens: ['order:**'] },
        { holder: 'OrdersModule', emits: ['order:*'], listens: ['order:returned'] },
      ],
    });
  });

  it('has no mode in preview mode where the options come from a factory', async () => {
    const useFactory = () => ({ logging: false, permissions: 'strict', sensitive: ['a:*'] }) as const;
    @Module({
      imports: [EventBusModule.forRootAsync({ useFactory }), EventBusModule.forFeature([defineEvent('a:b')])],
    })
    class AsyncApp {}
    const preview = catalogue(await create(AsyncApp, { preview: true }));
    expect(preview.permissions).toEqual({ rights: [] });
    expect(preview.topics[0]).toMatchObject({ topic: 'a:b', sensitive: false });
    const started = catalogue(await create(AsyncApp));
    expect(started.permissions).toEqual({ mode: 'strict', rights: [] });
    expect(started.topics[0]).toMatchObject({ topic: 'a:b', sensitive: true });
  });

  it('is the same in preview mode, where nothing is made, but for what is subscribed by hand', async () => {
    const preview = catalogue(await create(AppModule, { preview: true }));
    expect(made).toEqual([]);
    const started = catalogue(await create(AppModule));
    expect(made).toEqual(['OrderService']);
    const byHand = 'OrdersModule/OrderService.restock';
    expect(preview).toEqual(
      JSON.parse(JSON.stringify({ ...started, source: 'modules' }), (_, value: unknown) =>
        Array.isArray(value)
          ? value.filter(
              ({ handler, topic }: { handler?: string; topic?: string }) =>
                handler !== byHand && topic !== 'order:returned',
            )
          : value,
      ),
    );
    expect(started.source).toBe('app');
    expect(started.topics.find(({ topic }) => topic === 'order:returned')?.listeners).toContainEqual({
      handler: byHand,
      pattern: 'order:returned',
      options: { priority: 2 },
    });
  });

  it('has no data of a sensitive event: its schema has names and types alone', async () => {
    const found = catalogue(await create(AppModule));
    const card = found.topics.find(({ topic }) => topic === 'card:charged')!;
    expect(card.sensitive).toBe(true);
    expect(card.definition?.schema?.json).toMatchObject({ properties: { token: { type: 'string' } } });
    expect(JSON.stringify(found)).not.toContain('tok_live_secret');
  });

  it('has no default of what stands under a secret’s name, whatever the event', async () => {
    const schema = z.object({ apiKey: z.string().default('key_live_secret') });
    @Module({
      imports: [
        EventBusModule.forRoot({ logging: false }),
        EventBusModule.forFeature([defineEvent('shop:opened', { schema })]),
      ],
    })
    class ShopApp {}
    const [shop] = catalogue(await create(ShopApp)).topics;
    expect(shop?.definition?.schema?.json).toMatchObject({ properties: { apiKey: { type: 'string' } } });
    expect(JSON.stringify(shop)).not.toContain('key_live_secret');
  });

  it('knows what is sensitive by a pattern of the options, also in preview mode', async () => {
    const Opened = defineEvent('vault:opened');
    @Module({
      imports: [
        EventBusModule.forRoot({ logging: false, sensitive: ['vault:**'] }),
        EventBusModule.forFeature([Opened]),
      ],
    })
    class VaultApp {}
    for (const preview of [true, false]) {
      expect(catalogue(await create(VaultApp, { preview })).topics).toEqual([
        expect.objectContaining({ topic: 'vault:opened', sensitive: true }),
      ]);
    }
  });

  it('names handlers that are never called, once each', async () => {
    const { findings } = catalogue(await create(AppModule));
    expect(findings.filter(({ kind }) => kind === 'never-called')).toEqual([
      {
        kind: 'never-called',
        subject: 'MailModule/Passing.onPlaced',
        message: expect.stringMatching(/^MailModule\/Passing.onPlaced will never be called: .*transient/),
      },
    ]);
  });

  it('does not change with what has happened', async () => {
    const app = await create(AppModule);
    const before = catalogue(app);
    app.get(OrderService).place();
    app.get(EventBus).emit('order:unheard-of');
    app
      .get(EventBus)
      .scope('tenant')
      .on('order:placed', () => {});
    const stream = app.get(EventBus).stream('**');
    expect(catalogue(app)).toEqual(before);
    await stream.return?.();
  });

  it('has startup steps: as emitters of what they end with, and as listeners to what they wait for', async () => {
    const Connected = defineEvent('db:connected', { description: 'The database answers.' });
    @Injectable()
    class Db {
      @StartupStep({ emits: Connected })
      connect() {}

      @StartupStep({ emits: 'db:migrated', after: [Connected, external('vault:opened')] })
      migrate() {}
    }
    @Module({ imports: [EventBusModule.forRoot({ logging: false })], providers: [Db] })
    class StartApp {}
    const found = catalogue(await create(StartApp, { preview: true }));
    const step = (name: string, pattern: string) => ({ emitter: `StartApp/Db.${name}`, pattern });
    const waits = (pattern: string) => ({
      handler: 'StartApp/Db.migrate',
      pattern,
      options: { startup: true },
    });
    expect(found.topics).toEqual([
      expect.objectContaining({
        topic: 'db:connected',
        description: 'The database answers.',
        emitters: [step('connect', 'db:connected')],
        listeners: [waits('db:connected')],
      }),
      expect.objectContaining({ topic: 'db:migrated', emitters: [step('migrate', 'db:migrated')] }),
      expect.objectContaining({ topic: 'vault:opened', listeners: [waits('vault:opened')] }),
    ]);
    expect({ ...catalogue(await create(StartApp)), source: 'modules' }).toEqual(found);
  });

  it('has those who were seen emitting where it is asked for', async () => {
    const app = await create(AppModule);
    const seen = new SeenEmitters(app.get(RootEventBus));
    app.get(OrderService).place();
    app.get(OrderService).place();
    const emittersOf = (found: ReturnType<typeof catalogue>) =>
      found.topics.find(({ topic }) => topic === 'order:placed')?.emitters;
    expect(emittersOf(catalogue(app, { seen }))).toEqual([
      { emitter: 'OrdersModule', pattern: 'order:*' },
      { emitter: 'OrdersModule/OrderService', pattern: 'order:placed', seen: true },
    ]);
    expect(emittersOf(catalogue(app))).toEqual([{ emitter: 'OrdersModule', pattern: 'order:*' }]);
  });

  it('can be read of a testing module that was only compiled', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    open.push(module);
    expect(catalogue(module).topics.map(({ topic }) => topic)).toContain('order:placed');
  });

  it('tells what is subscribed by hand from the decorated method of the same name', async () => {
    @Injectable()
    class Twice {
      constructor(bus: EventBus) {
        bus.on('job:run', function run() {});
        bus.on('job:*', function run() {});
      }

      @OnEvent('job:run', { priority: 1 })
      @OnEvent('job:*')
      run() {}
    }
    @Module({ imports: [EventBusModule.forRoot({ logging: false })], providers: [Twice] })
    class TwiceApp {}
    expect(catalogue(await create(TwiceApp)).topics[0]?.listeners).toEqual([
      { handler: 'TwiceApp/Twice.run', pattern: 'job:*', options: {} },
      { handler: 'TwiceApp/Twice.run', pattern: 'job:*', options: {} },
      { handler: 'TwiceApp/Twice.run', pattern: 'job:run', options: { priority: 1 } },
      { handler: 'TwiceApp/Twice.run', pattern: 'job:run', options: {} },
    ]);
  });

  it('reads no instance: one whose properties throw is no obstacle', async () => {
    @Injectable()
    class Touchy {
      get danger(): never {
        throw new Error('touched');
      }

      @OnEvent('job:run')
      run() {}
    }
    @Module({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [Touchy],
    })
    class TouchyApp {}
    for (const preview of [true, false]) {
      expect(catalogue(await create(TouchyApp, { preview })).topics.map(({ topic }) => topic)).toEqual([
        'job:run',
      ]);
    }
  });

  it('refuses an application without the bus, and what is no application', async () => {
    @Module({})
    class Bare {}
    const bare = await create(Bare);
    expect(() => catalogue(bare)).toThrow(InvalidArgumentError);
    expect(() => catalogue(bare)).toThrow('imports EventBusModule.forRoot()');
    for (const nothing of [undefined, null, {}, AppModule]) {
      expect(() => catalogue(nothing as never)).toThrow(InvalidArgumentError);
    }
    expect(() => new SeenEmitters({} as never)).toThrow(InvalidArgumentError);
  });
});
