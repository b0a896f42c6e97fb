import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Inject, Injectable, Module, type ModuleMetadata, Optional, Scope } from '@nestjs/common';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import {
  EventBus,
  EventBusModule,
  type HandlerContext,
  NotStartedError,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { recordEvents } from 'nestjs-event-bus/testing';

/** As docs/testing.md names it: what libraries that don't import the package inject. */
const LIBRARY_TOKEN = Symbol.for('nestjs-event-bus:EventBus');

@Injectable()
class OrderService {
  constructor(private readonly bus: EventBus) {}

  place(id: string): void {
    this.bus.emit('order:placed', { id });
  }
}

@Injectable()
class MailService {
  readonly sent: string[] = [];

  @OnEvent('order:placed')
  async send(order: { id: string }): Promise<void> {
    await Promise.resolve();
    this.sent.push(order.id);
  }
}

@Injectable()
class ByProperty {
  @Inject() readonly bus!: EventBus;
}

@Injectable({ scope: Scope.TRANSIENT })
class Helper {
  constructor(readonly bus: EventBus) {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(readonly bus: EventBus) {}
}

@Controller()
class Pages {
  constructor(
    readonly bus: EventBus,
    readonly helper: Helper,
  ) {}
}

@Module({ controllers: [Pages], providers: [ByProperty, Helper, PerRequest] })
class FeatureModule {}

const modules: TestingModule[] = [];
const compile = async (builder: TestingModuleBuilder): Promise<TestingModule> => {
  const module = await builder.compile();
  modules.push(module);
  return module;
};
const withBus = (metadata: ModuleMetadata = {}): TestingModuleBuilder =>
  Test.createTestingModule({
    ...metadata,
    imports: [EventBusModule.forRoot({ logging: false }), ...(metadata.imports ?? [])],
    providers: [OrderService, MailService, ...(metadata.providers ?? [])],
  });

beforeEach(() => {
  jest.restoreAllMocks();
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const module of modules.splice(0)) await module.close();
});

describe('Recording a Nest app', () => {
  it('takes a testing module or an application, of whichever module the bus is', async () => {
    const module = await compile(withBus());
    const app = await module.createNestApplication().init();
    const recorders = [recordEvents(module), recordEvents(app), recordEvents(app.get(RootEventBus))];
    module.get(OrderService).place('A-1');
    for (const recorder of recorders) {
      expect(recorder.expect('order:placed', { id: 'A-1' }).source).toBe('RootTestModule/OrderService');
    }
    await app.close();
  });

  it('says so when the module has no bus', async () => {
    const module = await compile(Test.createTestingModule({}));
    expect(() => recordEvents(module)).toThrow('RootEventBus');
  });

  it('Events that are emitted before `init()` are recorded, and so is what their handlers do once it was called.', async () => {
    @Injectable()
    class Early {
      constructor(private readonly bus: EventBus) {}

      onModuleInit(): void {
        this.bus.emit('order:placed', { id: 'A-2' });
      }
    }
    const module = await compile(withBus({ providers: [Early] }));
    const recorder = recordEvents(module);
    module.get(OrderService).place('A-1');
    expect(recorder.expect('order:placed').handlers).toEqual([]);
    await module.init();
    expect((await recorder.next('order:placed', { filter: ({ id }) => id === 'A-2' })).source).toBe(
      'RootTestModule/Early',
    );
    await recorder.bus.idle();
    const handlers = [{ handler: 'RootTestModule/MailService.send', outcome: 'returned' }];
    expect(recorder.events).toMatchObject([
      { data: { id: 'A-1' }, handlers },
      { data: { id: 'A-2' }, handlers },
      { topic: 'system:starting' },
      { topic: 'system:started' },
      { topic: 'system:boot_complete' },
    ]);
  });

  it('What happened can still be read after the app has closed.', async () => {
    const module = await compile(withBus());
    const recorder = recordEvents(module);
    await module.init();
    module.get(OrderService).place('A-1');
    await module.close();
    module.get(OrderService).place('A-2');
    expect(recorder.handled('order:placed')).toEqual(['RootTestModule/MailService.send']);
    expect((await recorder.next('order:placed')).data).toEqual({ id: 'A-1' });
    expect(recorder.events).toMatchObject([
      { topic: 'system:starting', outcome: 'emitted' },
      { topic: 'system:started', outcome: 'emitted' },
      { topic: 'system:boot_complete', outcome: 'emitted' },
      { topic: 'order:placed', outcome: 'emitted', data: { id: 'A-1' } },
      { topic: 'system:stopping', outcome: 'emitted' },
      { topic: 'system:stopped', outcome: 'emitted' },
      { topic: 'order:placed', outcome: 'dropped', reason: 'closed', data: { id: 'A-2' } },
    ]);
  });
});

describe('Awaiting', () => {
  it('`bus.idle()` resolves when no handler runs any more, those included that others have started.', async () => {
    @Injectable()
    class Billing {
      done = false;

      @OnEvent('order:placed')
      async bill(order: { id: string }, _event: unknown, context: HandlerContext): Promise<void> {
        await Promise.resolve();
        context.emit('order:billed', order);
      }

      @OnEvent('order:billed')
      async archive(): Promise<void> {
        await Promise.resolve();
        this.done = true;
      }
    }
    const module = await (await compile(withBus({ providers: [Billing] }))).init();
    module.get(OrderService).place('A-1');
    expect(module.get(Billing).done).toBe(false);
    await module.get(RootEventBus).idle();
    expect(module.get(Billing).done).toBe(true);
  });

  it('`emitAsync` resolves when all handlers are done, and `throwIfFailed()` throws what they threw.', async () => {
    @Injectable()
    class Broken {
      @OnEvent('order:placed')
      async break(): Promise<void> {
        await Promise.resolve();
        throw new Error('no stock');
      }
    }
    const module = await (await compile(withBus({ providers: [Broken] }))).init();
    const report = await module.get(EventBus).emitAsync('order:placed', { id: 'A-1' });
    expect(module.get(MailService).sent).toEqual(['A-1']);
    expect(() => report.throwIfFailed()).toThrow(expect.objectContaining({ cause: new Error('no stock') }));
  });
});

describe('Before init()', () => {
  it('A module that was compiled and not initialised calls no handler; `bus.idle()` then says to call `init()` instead of waiting for ever.', async () => {
    const module = await compile(withBus());
    module.get(OrderService).place('A-1');
    const waiting = module.get(RootEventBus).idle();
    await expect(waiting).rejects.toThrow(NotStartedError);
    await expect(waiting).rejects.toThrow('call "await app.init()" (or "await moduleRef.init()") first');
    expect(module.get(MailService).sent).toEqual([]);
    await module.init();
    await module.get(RootEventBus).idle();
    expect(module.get(MailService).sent).toEqual(['A-1']);
  });

  it('A handler that is spied on between `compile()` and `init()` is called through the spy.', async () => {
    const module = await compile(withBus());
    const recorder = recordEvents(module);
    const send = jest.spyOn(module.get(MailService), 'send').mockResolvedValue();
    await module.init();
    module.get(OrderService).place('A-1');
    await recorder.bus.idle();
    expect(send).toHaveBeenCalledTimes(1);
    expect(send.mock.calls[0]![0]).toEqual({ id: 'A-1' });
    expect(module.get(MailService).sent).toEqual([]);
    expect(recorder.handled('order:placed')).toEqual(['RootTestModule/MailService.send']);
  });

  it('A spy on a handler that comes after `init()` is not called, since handlers are resolved once.', async () => {
    const module = await (await compile(withBus())).init();
    const send = jest.spyOn(module.get(MailService), 'send');
    module.get(OrderService).place('A-1');
    await module.get(RootEventBus).idle();
    expect(send).not.toHaveBeenCalled();
    expect(module.get(MailService).sent).toEqual(['A-1']);
  });

  it('A provider that is overridden by a value takes its handlers with it.', async () => {
    const send = jest.fn();
    const module = await compile(withBus().overrideProvider(MailService).useValue({ send }));
    const recorder = recordEvents(module);
    await module.init();
    module.get(OrderService).place('A-1');
    expect(recorder.expect('order:placed').handlers).toEqual([]);
    expect(send).not.toHaveBeenCalled();
  });
});

describe('The bus in a Nest test', () => {
  it('`module.get(RootEventBus)` is the whole bus, and `module.get(EventBus)` a view of it that nobody owns; what either emits reaches the handlers.', async () => {
    const module = await (await compile(withBus())).init();
    const [root, view] = [module.get(RootEventBus), module.get(EventBus)];
    expect(view).not.toBeInstanceOf(RootEventBus);
    for (const bus of [root, view]) {
      expect(bus.emit('order:placed', { id: bus === root ? 'root' : 'view' }).source).toBeUndefined();
    }
    await root.idle();
    expect(module.get(MailService).sent).toEqual(['root', 'view']);
  });

  it.each([[true], [false]])(
    '`overrideProvider(EventBus).useValue(…)` replaces the bus for everybody who injects it, and for `module.get(EventBus)`. (global: %s)',
    async (isGlobal) => {
      const imported = EventBusModule.forRoot({ logging: false, isGlobal });
      @Module({ imports: [imported, FeatureModule], exports: [imported] })
      class HolderModule {}
      Reflect.defineMetadata('imports', [imported], FeatureModule);
      const fake = { emit: jest.fn() };
      const module = await compile(
        Test.createTestingModule({ imports: [HolderModule], providers: [OrderService, MailService] })
          .overrideProvider(EventBus)
          .useValue(fake),
      );
      await module.init();
      const anywhere = { strict: false };
      const holders = [
        module.get(ByProperty, anywhere),
        module.get(Pages, anywhere),
        module.get(Pages, anywhere).helper,
        await module.resolve(Helper, undefined, anywhere),
        await module.resolve(PerRequest, undefined, anywhere),
      ];
      for (const { bus } of holders) expect(bus).toBe(fake);
      expect(module.get(EventBus)).toBe(fake);
      module.get(OrderService).place('A-1');
      expect(fake.emit.mock.calls).toEqual([['order:placed', { id: 'A-1' }]]);
    },
  );

  it('Where `EventBus` is overridden, handlers stay subscribed to the app’s own bus, which is still behind `RootEventBus`.', async () => {
    const module = await compile(withBus().overrideProvider(EventBus).useValue({}));
    await module.init();
    const root = module.get(RootEventBus);
    root.emit('order:placed', { id: 'A-1' });
    await root.idle();
    expect(module.get(MailService).sent).toEqual(['A-1']);
  });

  it('With `overrideProvider(EventBus).useValue(new RootEventBus())`, what providers emit reaches no handler and can be recorded.', async () => {
    const bus = new RootEventBus();
    const recorder = recordEvents(bus);
    const module = await compile(withBus().overrideProvider(EventBus).useValue(bus));
    await module.init();
    module.get(OrderService).place('A-1');
    expect(recorder.expect('order:placed', { id: 'A-1' }).handlers).toEqual([]);
    await module.get(RootEventBus).idle();
    expect(module.get(MailService).sent).toEqual([]);
  });

  it("A library that injects the bus by `Symbol.for('nestjs-event-bus:EventBus')` gets a replacement by overriding that token.", async () => {
    @Injectable()
    class Library {
      constructor(@Optional() @Inject(LIBRARY_TOKEN) readonly bus: EventBus | undefined) {}
    }
    const fake = { emit: jest.fn() };
    const module = await compile(
      withBus({ providers: [Library] })
        .overrideProvider(EventBus)
        .useValue(fake)
        .overrideProvider(LIBRARY_TOKEN)
        .useValue(fake),
    );
    expect(module.get(Library).bus).toBe(fake);
    const other = await compile(
      withBus({ providers: [Library] })
        .overrideProvider(EventBus)
        .useValue(fake),
    );
    expect(other.get(Library).bus).toBeInstanceOf(EventBus);
  });

  it('Without `EventBusModule`, `{ provide: EventBus, useValue: new RootEventBus() }` is all that a provider needs.', async () => {
    const bus = new RootEventBus();
    const recorder = recordEvents(bus);
    const module = await compile(
      Test.createTestingModule({ providers: [OrderService, { provide: EventBus, useValue: bus }] }),
    );
    module.get(OrderService).place('A-1');
    recorder.expect('order:placed', { id: 'A-1' });
  });
});

describe('Spies', () => {
  it("`jest.spyOn(service['bus'], 'emit')` sees what this one provider emits.", async () => {
    const module = await (await compile(withBus())).init();
    const emit = jest.spyOn(module.get(OrderService)['bus'], 'emit');
    module.get(OrderService).place('A-1');
    module.get(EventBus).emit('order:placed', { id: 'A-2' });
    expect(emit.mock.calls).toEqual([['order:placed', { id: 'A-1' }]]);
    await module.get(RootEventBus).idle();
    expect(module.get(MailService).sent).toEqual(['A-1', 'A-2']);
  });

  it("`jest.spyOn(EventBus.prototype, 'emit')` sees what everybody emits.", async () => {
    const module = await (await compile(withBus())).init();
    const emit = jest.spyOn(EventBus.prototype, 'emit');
    module.get(OrderService).place('A-1');
    for (const token of [EventBus, RootEventBus])
      module.get<EventBus>(token).emit('order:placed', { id: 'A-2' });
    expect(emit.mock.calls.map(([, data]) => data)).toEqual([{ id: 'A-1' }, { id: 'A-2' }, { id: 'A-2' }]);
    await module.get(RootEventBus).idle();
    expect(module.get(MailService).sent).toEqual(['A-1', 'A-2', 'A-2']);
  });

  it("`jest.spyOn(module.get(EventBus), 'emit')` sees nothing of what providers emit.", async () => {
    const module = await (await compile(withBus())).init();
    const emit = jest.spyOn(module.get(EventBus), 'emit');
    module.get(OrderService).place('A-1');
    expect(emit).not.toHaveBeenCalled();
  });
});

describe('useMocker', () => {
  it('Without `EventBusModule`, `useMocker` is asked for `EventBus`, and more than once: return the same object each time.', async () => {
    const fake = { emit: jest.fn() };
    const asked: unknown[] = [];
    const module = await compile(
      Test.createTestingModule({ providers: [OrderService, ByProperty] }).useMocker((token) => {
        asked.push(token);
        return token === EventBus ? fake : undefined;
      }),
    );
    await module.init();
    expect(asked.filter((token) => token === EventBus).length).toBeGreaterThanOrEqual(2);
    expect(module.get(ByProperty).bus).toBe(fake);
    module.get(OrderService).place('A-1');
    expect(fake.emit.mock.calls).toEqual([['order:placed', { id: 'A-1' }]]);
  });

  it('With `EventBusModule`, `useMocker` is not asked for the bus: providers get the real one.', async () => {
    class Database {}
    @Injectable()
    class Archive {
      constructor(
        readonly bus: EventBus,
        readonly database: Database,
        @Optional() @Inject('CACHE') readonly cache: unknown,
      ) {}
    }
    const asked: unknown[] = [];
    // As mocking libraries make them: whatever is asked of it is a function.
    const autoMock = () =>
      new Proxy(() => {}, { get: (_target, name) => (name === 'then' ? undefined : jest.fn()) });
    const module = await compile(
      withBus({ providers: [Archive] }).useMocker((token) => {
        asked.push(token);
        return autoMock();
      }),
    );
    const recorder = recordEvents(module);
    await module.init();
    expect(new Set(asked)).toEqual(new Set([Database, 'CACHE']));
    module.get(Archive).bus.emit('order:placed', { id: 'A-1' });
    await recorder.bus.idle();
    expect(recorder.handled('order:placed')).toEqual(['RootTestModule/MailService.send']);
  });
});

describe('Without Nest', () => {
  it('A provider can be tested with a plain `new RootEventBus()` and no Nest at all.', async () => {
    const recorder = recordEvents(new RootEventBus());
    const mail = new MailService();
    recorder.bus.on('order:placed', (order) => mail.send(order));
    new OrderService(recorder.bus.as({ class: 'OrderService' })).place('A-1');
    expect(recorder.expect('order:placed', { id: 'A-1' }).source).toBe('OrderService');
    await recorder.bus.idle();
    expect(mail.sent).toEqual(['A-1']);
  });
});
