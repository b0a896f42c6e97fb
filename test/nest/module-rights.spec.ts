import { describe, expect, it } from '@jest/globals';
import { type DynamicModule, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  type BusEvent,
  defineEvent,
  Emits,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  HandlerContext,
  Listens,
  observe,
  OnEvent,
  PermissionDeniedError,
  PermissionsError,
  RootEventBus,
} from 'nestjs-event-bus';
import { captureLog, startApp } from './app.js';

@Injectable()
class OrderService {
  readonly heard: string[] = [];
  readonly errors: unknown[] = [];
  constructor(readonly bus: EventBus) {}

  @OnEvent('payment:captured')
  onCaptured(_data: unknown, event: BusEvent, context: HandlerContext): void {
    this.heard.push(event.topic);
    try {
      context.emit('secret:told');
    } catch (error) {
      this.errors.push(error);
    }
  }
}

@Emits('order:*')
@Listens('payment:*')
@Module({ providers: [OrderService] })
class OrdersModule {}

@Injectable()
class Free {
  constructor(readonly bus: EventBus) {}
}

/** A module that declares nothing. */
@Module({ providers: [Free] })
class FreeModule {}

const quiet = (permissions: EventBusModuleOptions['permissions']) => ({
  ...(permissions && { permissions }),
  logging: false as const,
});

describe('A module that declares', () => {
  it('is held to it on every way in, unless permissions are off', async () => {
    const app = await startApp({ imports: [OrdersModule, FreeModule] });
    const { bus, heard, errors } = app.get(OrderService);
    bus.emit('order:placed');
    app.get(Free).bus.emit('payment:captured');
    expect(heard).toEqual(['payment:captured']);
    expect(errors).toEqual([expect.any(PermissionDeniedError)]);

    const ways: (() => unknown)[] = [
      () => bus.emit('payment:captured'),
      () => bus.emitAsync('payment:captured'),
      () => bus.on('**', () => {}),
      () => bus.once('order:placed', () => {}),
      () => bus.waitFor('secret:told', { past: true }),
      () => bus.stream('secret:told'),
      () => bus.hold((held) => held.emit('secret:told')),
      () => bus.scope('tenant').emit('secret:told'),
    ];
    for (const way of ways) await expect((async () => way())()).rejects.toThrow(PermissionDeniedError);
    const denied = await new Promise((resolve) => observe(bus, 'secret:**').subscribe({ error: resolve }));
    expect(denied).toBeInstanceOf(PermissionDeniedError);

    const off = await startApp({ imports: [OrdersModule] }, quiet('off'));
    expect(off.get(OrderService).bus.emit('secret:told').topic).toBe('secret:told');
  });

  it('leaves others alone, that declare nothing', async () => {
    const app = await startApp({ imports: [OrdersModule, FreeModule] });
    const { bus } = app.get(Free);
    const heard: unknown[] = [];
    bus.on('**', (data) => void heard.push(data));
    bus.emit('any:thing', 1);
    expect(heard).toEqual([1]);
  });

  it('is told the decorator to write, on the class to write it on', async () => {
    const app = await startApp({ imports: [OrdersModule] });
    expect(() => app.get(OrderService).bus.emit('invoice:sent')).toThrow(
      'OrdersModule/OrderService may not emit "invoice:sent": OrdersModule allows \'order:*\'. ' +
        "To allow it, write @Emits('order:*', 'invoice:sent') on OrdersModule.",
    );
  });

  it('is logged when it is denied something: once, as a warning with fields', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({ imports: [OrdersModule] }, { logging: { logger } });
    for (let time = 0; time < 3; time++)
      expect(() => app.get(OrderService).bus.emit('secret:told')).toThrow(PermissionDeniedError);
    expect(lines).toEqual([
      {
        level: 40,
        code: 'EVENT_BUS_PERMISSION_DENIED',
        source: 'OrdersModule/OrderService',
        direction: 'emits',
        topic: 'secret:told',
        msg: expect.stringContaining("write @Emits('order:*', 'secret:told') on OrdersModule"),
      },
    ]);
  });

  it('declares for its subclasses, and as a dynamic module', async () => {
    @Injectable()
    class Heir extends Free {}
    @Module({ providers: [Heir] })
    class SubModule extends OrdersModule {}
    @Injectable()
    class Dynamic extends Free {}
    @Emits('dynamic:*')
    @Module({})
    class DynamicallyMade {
      static forRoot(): DynamicModule {
        return { module: DynamicallyMade, providers: [Dynamic] };
      }
    }
    const app = await startApp({ imports: [SubModule, DynamicallyMade.forRoot()] });
    expect(() => app.get(Heir).bus.emit('dynamic:run')).toThrow(PermissionDeniedError);
    expect(app.get(Heir).bus.emit('order:placed').source).toBe('SubModule/Heir');
    expect(() => app.get(Dynamic).bus.emit('order:placed')).toThrow(PermissionDeniedError);
    expect(app.get(Dynamic).bus.emit('dynamic:run').topic).toBe('dynamic:run');
  });

  it('holds its own constructor, its controllers and its request-scoped providers, too', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped extends Free {}
    @Emits('order:*')
    @Module({ providers: [Scoped] })
    class ScopedModule {
      constructor(readonly bus: EventBus) {}
    }
    const { logger, lines } = captureLog('warn');
    const app = await startApp({ imports: [ScopedModule] }, { logging: { logger } });
    expect(() => app.get(ScopedModule).bus.emit('secret:told')).toThrow(PermissionDeniedError);
    lines.splice(0);
    for (let request = 0; request < 3; request++) {
      const { bus } = await app.resolve(Scoped, ContextIdFactory.create());
      expect(() => bus.emit('secret:told')).toThrow(PermissionDeniedError);
      expect(bus.emit('order:placed').topic).toBe('order:placed');
    }
    // Each request's is an owner of its own, and yet they are told of once.
    expect(lines).toHaveLength(1);
  });
});

describe('A provider that declares', () => {
  const Paid = defineEvent('order:paid');

  it('narrows its module: both must allow', async () => {
    @Emits(Paid, 'secret:told')
    @Injectable()
    class Clerk {
      constructor(readonly bus: EventBus) {}
    }
    @Emits('order:*')
    @Module({ providers: [Clerk, OrderService] })
    class ShopModule {}
    const app = await startApp({ imports: [ShopModule] });
    const { bus } = app.get(Clerk);
    expect(bus.emit(Paid).topic).toBe('order:paid');
    expect(() => bus.emit('order:placed')).toThrow(/Clerk allows 'order:paid', 'secret:told'.*on Clerk\.$/);
    expect(() => bus.emit('secret:told')).toThrow(/ShopModule allows 'order:\*'.*on ShopModule\.$/);
    expect(app.get(OrderService).bus.emit('order:placed').topic).toBe('order:placed');
  });

  it('is held to it in a module that declares nothing, too, but not in strict mode, where it may do nothing', async () => {
    @Emits('order:*')
    @Injectable()
    class Clerk {
      constructor(readonly bus: EventBus) {}
    }
    const app = await startApp({ providers: [Clerk] });
    expect(app.get(Clerk).bus.emit('order:placed').topic).toBe('order:placed');
    expect(() => app.get(Clerk).bus.emit('secret:told')).toThrow(PermissionDeniedError);
    const strict = await startApp({ providers: [Clerk] }, quiet('strict'));
    expect(() => strict.get(Clerk).bus.emit('order:placed')).toThrow(
      /write @Emits\('order:placed'\) on AppModule/,
    );
  });

  it('that stands in several modules, where the instance doesn’t tell in which, may do what all of them allow', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Shared {
      constructor(readonly bus: EventBus) {}
    }
    @Emits('a:*', 'both:*')
    @Module({ providers: [Shared] })
    class A {}
    @Emits('b:*', 'both:*')
    @Module({ providers: [Shared] })
    class B {}
    const app = await startApp({ imports: [A, B] });
    const { bus } = await app.select(A).resolve(Shared, ContextIdFactory.create(), { strict: true });
    expect(bus.emit('both:x').topic).toBe('both:x');
    expect(() => bus.emit('b:x')).toThrow(PermissionDeniedError);
    // Where Nest says which module it is, that one's rights are the provider's; else those of both.
    const { source } = bus.emit('both:x');
    const emitsOfA = () => bus.emit('a:x');
    if (source === 'A/Shared') expect(emitsOfA().topic).toBe('a:x');
    else expect(emitsOfA).toThrow(/B allows 'b:\*', 'both:\*'/);
  });
});

describe('The host’s grants', () => {
  @Injectable()
  class Plugin {
    constructor(readonly bus: EventBus) {}
  }
  @Emits('plugin:*', 'order:*')
  @Module({ providers: [Plugin] })
  class PluginModule {}
  @Module({ providers: [Free] })
  class SilentPluginModule {}

  it('cap what a module declares, and warn of what goes beyond', async () => {
    const { logger, lines } = captureLog('warn');
    const grants = [[PluginModule, { emits: ['plugin:**'], listens: ['plugin:**'] }]] as const;
    const app = await startApp({ imports: [PluginModule] }, { logging: { logger }, permissions: { grants } });
    expect(lines).toEqual([
      expect.objectContaining({
        code: 'EVENT_BUS_BEYOND_GRANT',
        msg: "PluginModule declares @Emits('order:*'), and is granted 'plugin:**' there: what goes beyond the grant is refused.",
      }),
    ]);
    const { bus } = app.get(Plugin);
    expect(bus.emit('plugin:ran').topic).toBe('plugin:ran');
    expect(() => bus.emit('plugin:a:b')).toThrow(/on PluginModule\.$/);
    expect(() => bus.emit('order:placed')).toThrow(
      /the grant to PluginModule allows 'plugin:\*\*'.*\[PluginModule, \{ emits: \['plugin:\*\*', 'order:placed'\] \}\] in the grants/,
    );
    expect(() => bus.on('**', () => {})).toThrow(PermissionDeniedError);
  });

  it('say in report mode that what goes beyond is let through', async () => {
    const { logger, lines } = captureLog('warn');
    const grants = [[PluginModule, { emits: ['plugin:**'] }]] as const;
    const permissions = { mode: 'report' as const, grants };
    const app = await startApp({ imports: [PluginModule] }, { logging: { logger }, permissions });
    expect(lines.map(({ msg }) => msg)).toEqual([
      "PluginModule declares @Emits('order:*'), and is granted 'plugin:**' there: what goes beyond the grant is told, and let through.",
    ]);
    expect(app.get(Plugin).bus.emit('order:placed').topic).toBe('order:placed');
  });

  it.each(['declared', 'strict'] as const)(
    'are what a module may do that declares nothing: %s',
    async (mode) => {
      const grants = [[SilentPluginModule, { emits: ['plugin:*'], listens: [] }]] as const;
      const app = await startApp({ imports: [SilentPluginModule] }, quiet({ mode, grants }));
      const { bus } = app.get(Free);
      expect(bus.emit('plugin:ran').topic).toBe('plugin:ran');
      expect(() => bus.emit('order:placed')).toThrow(PermissionDeniedError);
      expect(() => bus.on('plugin:ran', () => {})).toThrow(PermissionDeniedError);
    },
  );

  it('hold subclasses of the module, too', async () => {
    @Module({ providers: [Free] })
    class Renamed extends SilentPluginModule {}
    const grants = [[SilentPluginModule, { emits: ['plugin:*'] }]] as const;
    const app = await startApp({ imports: [Renamed] }, quiet({ grants }));
    expect(() => app.get(Free).bus.emit('order:placed')).toThrow(PermissionDeniedError);
  });
});

describe('In strict mode', () => {
  it('who declares nothing may do nothing, and who declares may do that', async () => {
    const app = await startApp({ imports: [OrdersModule, FreeModule] }, quiet('strict'));
    expect(app.get(OrderService).bus.emit('order:placed').topic).toBe('order:placed');
    const { bus } = app.get(Free);
    expect(() => bus.emit('order:placed')).toThrow(/write @Emits\('order:placed'\) on FreeModule/);
    expect(() => bus.on('order:placed', () => {})).toThrow(/write @Listens\('order:placed'\) on FreeModule/);
  });

  it('a module that declares nothing finds every way in closed', async () => {
    const app = await startApp({ imports: [OrdersModule, FreeModule] }, quiet('strict'));
    const { bus } = app.get(Free);
    const heard: unknown[] = [];
    const spy = (data: unknown): void => void heard.push(data);
    const ways: ((topic: string) => unknown)[] = [
      (topic) => bus.emit(topic),
      (topic) => bus.emitAsync(topic),
      (topic) => bus.on(topic, spy, { replay: 'last' }),
      () => bus.on('**', spy),
      (topic) => bus.once(topic, spy),
      (topic) => bus.waitFor(topic, { past: true }),
      (topic) => bus.stream(topic),
      (topic) => bus.hold((held) => held.emit(topic)),
      (topic) => bus.scope('tenant').on(topic, spy),
      (topic) => bus.scope('tenant').emit(topic),
      (topic) => new Promise((_resolve, reject) => observe(bus, topic).subscribe({ error: reject })),
    ];
    for (const topic of ['order:placed', 'system:started', 'system:permission_denied', '__proto__']) {
      for (const way of ways) await expect((async () => way(topic))()).rejects.toThrow(PermissionDeniedError);
    }
    app.get(OrderService).bus.emit('order:placed', 1);
    app.get(RootEventBus).scope('tenant').emit('order:placed', 1);
    expect(heard).toEqual([]);
    expect(app.get(RootEventBus).inspect().subscriptions).toHaveLength(1);
  });

  it('a provider of the testing module itself stands in no module that could declare', async () => {
    const module = await Test.createTestingModule({
      imports: [EventBusModule.forRoot(quiet('strict')), OrdersModule],
      providers: [Free],
    }).compile();
    await module.init();
    expect(() => module.get(Free).bus.emit('order:placed')).toThrow(PermissionDeniedError);
    expect(module.get(OrderService).bus.emit('order:placed').topic).toBe('order:placed');
    await module.close();
  });

  it('an ownerless bus may do nothing, and the root may do anything', async () => {
    const app = await startApp({ imports: [OrdersModule] }, quiet('strict'));
    expect(() => app.get(EventBus).emit('order:placed')).toThrow(
      /A bus whose owner is not known may not emit/,
    );
    expect(app.get(RootEventBus).emit('any:thing').topic).toBe('any:thing');
  });
});

describe('Handlers that hear what their module may not', () => {
  @Injectable()
  class Spy {
    @OnEvent(['secret:told', 'payment:captured'])
    spy(): void {}
    @OnEvent('**')
    spyMore(): void {}
  }
  @Listens('payment:*')
  @Module({ providers: [Spy] })
  class SpyModule {}

  const failureOf = (imports: Type<unknown>[], options: EventBusModuleOptions = quiet('declared')) =>
    startApp({ imports }, options).then(
      () => undefined,
      (error: unknown) => error as PermissionsError,
    );

  it('fail the start, all of them in one error that says who, what, what is declared and what to write', async () => {
    const error = await failureOf([SpyModule]);
    expect(error).toBeInstanceOf(PermissionsError);
    expect(error).toMatchObject({
      code: 'EVENT_BUS_PERMISSIONS',
      message:
        "Permissions don't allow what the application does, in 2 places:\n" +
        "- SpyModule/Spy.spy may not hear \"secret:told\": SpyModule allows 'payment:*'. To allow it, write @Listens('payment:*', 'secret:told') on SpyModule.\n" +
        "- SpyModule/Spy.spyMore may not hear \"**\": SpyModule allows 'payment:*'. To allow it, write @Listens('payment:*', '**') on SpyModule.",
    });
    expect(error?.denials.map(({ topic, handler }) => [topic, handler])).toEqual([
      ['secret:told', 'spy'],
      ['**', 'spyMore'],
    ]);
  });

  it('are advice in report mode: the application starts, and they hear', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({ imports: [SpyModule] }, { logging: { logger }, permissions: 'report' });
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^SpyModule\/Spy\.spy may not hear "secret:told".*it was let through\.\)$/),
      expect.stringMatching(/^SpyModule\/Spy\.spyMore may not hear "\*\*"/),
    ]);
    const report = await app.get(RootEventBus).emitAsync('secret:told');
    expect(report.delivered).toBe(2);
  });

  it('fail the start in strict mode where nothing is declared', async () => {
    @Module({ providers: [Spy] })
    class Undeclared {}
    const error = await failureOf([Undeclared], quiet('strict'));
    expect(error?.message).toMatch(/in 3 places.*write @Listens\('secret:told'\) on Undeclared/s);
  });

  it('are all allowed where permissions are off', async () => {
    await expect(failureOf([SpyModule], quiet('off'))).resolves.toBeUndefined();
  });
});
