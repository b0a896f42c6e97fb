import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  DuplicateModuleError,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  type EventBusOptionsFactory,
  InvalidOptionError,
  ModuleNotConfiguredError,
  NotStartedError,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { startApp, startRoot } from './app.js';

@Injectable()
class Orders {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class Mails {
  readonly seen: unknown[] = [];

  @OnEvent('order:placed')
  onPlaced(order: unknown): void {
    this.seen.push(order);
  }
}

@Controller()
class OrdersController {
  constructor(readonly bus: EventBus) {}
}

@Module({ providers: [Orders], controllers: [OrdersController] })
class OrdersModule {}

@Module({ providers: [Mails] })
class MailsModule {}

const quiet = { logging: false } as const;

const identity = (error: unknown): unknown => error;

describe('EventBusModule', () => {
  it('imported once, lets modules that don’t know each other talk', async () => {
    const app = await startApp({ imports: [OrdersModule, MailsModule] });
    app.get(Orders).bus.emit('order:placed', { id: 7 });
    app.get(OrdersController).bus.emit('order:placed', { id: 8 });
    expect(app.get(Mails).seen).toEqual([{ id: 7 }, { id: 8 }]);
  });

  it('needs no options', async () => {
    const app = await NestFactory.createApplicationContext(EventBusModule.forRoot(), { logger: false });
    expect(app.get(RootEventBus)).toBeInstanceOf(RootEventBus);
    await app.close();
  });

  it('injects the root bus, the one behind every view', async () => {
    @Injectable()
    class Admin {
      constructor(readonly root: RootEventBus) {}
    }
    const app = await startApp({ imports: [OrdersModule], providers: [Admin] });
    const { root } = app.get(Admin);
    expect(root).toBeInstanceOf(RootEventBus);
    expect(root).toBe(app.get(RootEventBus));
    app.get(Orders).bus.emit('order:placed', 1);
    expect(root.history.recent({ pattern: 'order:placed', limit: 1 })).toHaveLength(1);
  });

  it('hands its options to the bus', async () => {
    const app = await startApp({ imports: [OrdersModule] }, { ...quiet, history: { capacity: 2 } });
    for (const n of [1, 2, 3]) app.get(Orders).bus.emit('order:placed', n);
    const recent = app.get(RootEventBus).history.recent({ pattern: '**', limit: 10 });
    expect(new Set(recent.map(({ data }) => data))).toEqual(new Set([2, 3]));
  });
});

describe('EventBusModule.forRootAsync', () => {
  const capacity = async (imports: Parameters<typeof startRoot>[0]['imports']): Promise<number> => {
    const app = await startRoot({ imports: [...(imports ?? []), OrdersModule, MailsModule] });
    for (let n = 0; n < 10; n++) app.get(Orders).bus.emit('order:placed', n);
    expect(app.get(Mails).seen).toHaveLength(10);
    return app.get(RootEventBus).history.recent({ pattern: '**', limit: 100 }).length;
  };

  @Injectable()
  class Settings implements EventBusOptionsFactory {
    async createEventBusOptions(): Promise<EventBusModuleOptions> {
      return { logging: false, history: { capacity: 4 } };
    }
  }

  @Module({ providers: [Settings, { provide: 'CAPACITY', useValue: 3 }], exports: [Settings, 'CAPACITY'] })
  class SettingsModule {}

  it('takes its options from a factory, with what that injects from imported modules', async () => {
    const bus = EventBusModule.forRootAsync({
      imports: [SettingsModule],
      inject: ['CAPACITY'],
      useFactory: async (capacity: number) => ({ logging: false, history: { capacity } }),
    });
    expect(await capacity([bus])).toBe(3);
  });

  it('takes its options from a class that it instantiates', async () => {
    expect(await capacity([EventBusModule.forRootAsync({ useClass: Settings })])).toBe(4);
  });

  it('takes its options from a provider that exists', async () => {
    const bus = EventBusModule.forRootAsync({ imports: [SettingsModule], useExisting: Settings });
    expect(await capacity([bus])).toBe(4);
  });

  it('names an unknown option that the factory returned', async () => {
    const bus = EventBusModule.forRootAsync({ useFactory: () => ({ histroy: {} }) as EventBusModuleOptions });
    await expect(startRoot({ imports: [bus] })).rejects.toThrow(/no option "histroy"/);
  });

  it.each([undefined, null, [], 'options'])(
    'says so when the factory returns no options: %j',
    async (result) => {
      const useFactory = () => result as unknown as EventBusModuleOptions;
      const error = await startRoot({ imports: [EventBusModule.forRootAsync({ useFactory })] }).catch(
        identity,
      );
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error).toMatchObject({
        option: 'options',
        value: result,
        message: expect.stringMatching(
          /^The options that the factory of EventBusModule\.forRootAsync\(\) returns must be an object, not .*Return \{\}/,
        ),
      });
    },
  );

  it('says where isGlobal belongs when the factory returns it', async () => {
    const useFactory = () => ({ isGlobal: false }) as EventBusModuleOptions;
    const error = await startRoot({ imports: [EventBusModule.forRootAsync({ useFactory })] }).catch(identity);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({
      option: 'isGlobal',
      value: false,
      message: expect.stringContaining('EventBusModule.forRootAsync({ isGlobal, useFactory })'),
    });
  });

  it('says so when it, or forRoot(), is given no options object', () => {
    for (const wrong of [null, 'options', []]) {
      const bad = wrong as never;
      expect(() => EventBusModule.forRoot(bad)).toThrow(InvalidOptionError);
      expect(() => EventBusModule.forRoot(bad)).toThrow(
        /^The argument of EventBusModule\.forRoot\(\) must be an object, not (null|"options"|a list)\.$/,
      );
      expect(() => EventBusModule.forRootAsync(bad)).toThrow(
        /^The argument of EventBusModule\.forRootAsync\(\) must be an object/,
      );
    }
  });

  it('refuses options that belong into the factory, and none or two sources', () => {
    const withOptions = { useFactory: () => ({}), history: { capacity: 1 } };
    expect(() => EventBusModule.forRootAsync(withOptions)).toThrow(
      /forRootAsync\(\) has no option "history"/,
    );
    expect(() => EventBusModule.forRootAsync({})).toThrow(/not none/);
    expect(() => EventBusModule.forRootAsync({ useFactory: () => ({}), useClass: Settings })).toThrow(
      /not useFactory and useClass/,
    );
  });
});

describe('EventBusModule with isGlobal: false', () => {
  it('gives the bus to the modules that import it, and to no other', async () => {
    const bus = EventBusModule.forRoot({ ...quiet, isGlobal: false });

    @Module({ imports: [bus], providers: [Orders] })
    class Importing {}
    const app = await startRoot({ imports: [bus, Importing, MailsModule] });
    app.get(Orders).bus.emit('order:placed', 1);
    expect(app.get(Mails).seen).toEqual([1]);

    @Module({ providers: [Orders] })
    class NotImporting {}
    await expect(startRoot({ imports: [bus, NotImporting] })).rejects.toThrow(/resolve dependencies/);
  });

  it('can be exported by a module of the application', async () => {
    const bus = EventBusModule.forRoot({ ...quiet, isGlobal: false });

    @Module({ imports: [bus], exports: [EventBusModule] })
    class SharedModule {}

    @Module({ imports: [SharedModule], providers: [Orders] })
    class Importing {}
    const app = await startRoot({ imports: [SharedModule, Importing] });
    expect(app.get(Orders).bus.emit('order:placed', 1).source).toBe('Importing/Orders');
  });

  it('is an option that must be a boolean', () => {
    expect(() => EventBusModule.forRoot({ isGlobal: 'yes' as unknown as boolean })).toThrow(
      InvalidOptionError,
    );
  });
});

describe('Mistakes in importing EventBusModule', () => {
  const failure = async (imports: Parameters<typeof startRoot>[0]['imports']): Promise<unknown> =>
    startRoot({ imports: imports ?? [], providers: [Orders] }).catch((error: unknown) => error);

  it('the bare class says that forRoot() is missing', async () => {
    const error = await failure([EventBusModule]);
    expect(error).toBeInstanceOf(ModuleNotConfiguredError);
    expect(error).toMatchObject({
      code: 'EVENT_BUS_NOT_CONFIGURED',
      message: expect.stringMatching(/EventBusModule.forRoot\(\)/),
    });
  });

  it('the bare class beside a configured one says so, too', async () => {
    @Module({ imports: [EventBusModule] })
    class Feature {}
    expect(await failure([EventBusModule.forRoot(quiet), Feature])).toBeInstanceOf(ModuleNotConfiguredError);
  });

  it('forRoot() twice says to keep one', async () => {
    @Module({ imports: [EventBusModule.forRoot(quiet)] })
    class Feature {}
    const error = await failure([EventBusModule.forRoot(quiet), Feature]);
    expect(error).toBeInstanceOf(DuplicateModuleError);
    expect(error).toMatchObject({
      code: 'EVENT_BUS_DUPLICATE_MODULE',
      message: expect.stringMatching(/Keep the one in the root/),
    });
  });

  it('forRoot() and forRootAsync() together are two as well', async () => {
    const both = [EventBusModule.forRoot(quiet), EventBusModule.forRootAsync({ useFactory: () => quiet })];
    expect(await failure(both)).toBeInstanceOf(DuplicateModuleError);
  });

  it('the result of one forRoot() may be imported in several modules', async () => {
    const bus = EventBusModule.forRoot(quiet);

    @Module({ imports: [bus], providers: [Mails] })
    class Feature {}
    const app = await startRoot({ imports: [bus, Feature], providers: [Orders] });
    app.get(Orders).bus.emit('order:placed', 1);
    expect(app.get(Mails).seen).toEqual([1]);
  });
});

describe('Several applications in one process', () => {
  it('share nothing, even when made from the same root module', async () => {
    const imports = [EventBusModule.forRoot(quiet), OrdersModule, MailsModule];
    const [one, two] = [await startRoot({ imports }), await startRoot({ imports })];
    one.get(Orders).bus.emit('order:placed', 1);
    two.get(Orders).bus.emit('order:placed', 2);
    expect(one.get(Mails).seen).toEqual([1]);
    expect(two.get(Mails).seen).toEqual([2]);
    await one.close();
    two.get(Orders).bus.emit('order:placed', 3);
    expect(two.get(Mails).seen).toEqual([2, 3]);
  });
});

describe('The bus in tests', () => {
  const imports = [EventBusModule.forRoot(quiet), OrdersModule, MailsModule];

  it('get(EventBus) finds a bus without owner, the same each time, before and after init', async () => {
    const moduleRef = await Test.createTestingModule({ imports }).compile();
    const bus = moduleRef.get(EventBus);
    expect(bus).toBeInstanceOf(EventBus);
    await moduleRef.init();
    expect(moduleRef.get(EventBus, { strict: false })).toBe(bus);
    expect(await moduleRef.resolve(EventBus)).toBe(bus);
    expect(bus.emit('order:placed', 1).source).toBeUndefined();
    expect(moduleRef.get(Mails).seen).toEqual([1]);
    await moduleRef.close();
  });

  it('overrideProvider(EventBus) replaces it everywhere', async () => {
    const fake = { emit: () => 'faked' };
    const moduleRef = await Test.createTestingModule({ imports })
      .overrideProvider(EventBus)
      .useValue(fake)
      .compile();
    await moduleRef.init();
    expect(moduleRef.get(Orders).bus).toBe(fake);
    expect(moduleRef.get(OrdersController).bus).toBe(fake);
    expect(moduleRef.get(EventBus)).toBe(fake);
    await moduleRef.close();
  });

  it('a testing module and the application made from it are one: no handler is subscribed twice', async () => {
    const moduleRef = await Test.createTestingModule({ imports }).compile();
    await moduleRef.init();
    const app = moduleRef.createNestApplication({ logger: false });
    await app.init();
    app.get(Orders).bus.emit('order:placed', 1);
    expect(app.get(Mails).seen).toEqual([1]);
    await app.close();
  });

  it('a testing module that was compiled and not initialised holds deliveries, and idle() says to call init()', async () => {
    const moduleRef = await Test.createTestingModule({ imports }).compile();
    const root = moduleRef.get(RootEventBus);
    const report = await moduleRef.get(Orders).bus.emitAsync('order:placed', 1);
    expect(report).toMatchObject({ delivered: 0, held: 1 });
    await expect(root.idle()).rejects.toThrow(NotStartedError);
    await expect(root.idle()).rejects.toThrow(/init\(\)/);
    await moduleRef.init();
    await root.idle();
    expect(moduleRef.get(Mails).seen).toEqual([1]);
    await moduleRef.close();
  });
});
