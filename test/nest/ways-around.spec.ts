import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import {
  defineEvent,
  Emits,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  Listens,
  OnEvent,
  PermissionDeniedError,
  PermissionsError,
  RootEventBus,
} from 'nestjs-event-bus';
import { schemaOf } from '../support/standard-schema.js';
import { captureLog, startApp } from './app.js';

@Injectable()
class Rooted {
  constructor(readonly bus: RootEventBus) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Helper {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class UsesHelper {
  constructor(
    readonly helper: Helper,
    readonly bus: EventBus,
  ) {}
}

const factory = { provide: 'FACTORY', useFactory: (bus: EventBus) => bus, inject: [EventBus] };
const alias = { provide: 'ALIAS', useExisting: RootEventBus };

@Emits('plugin:*')
@Module({ providers: [Rooted, Helper, UsesHelper, factory, alias] })
class PluginModule {}

@Module({ providers: [Rooted, Helper, factory] })
class FreeModule {}

/** Starts an application; answers its warnings, or how it failed. */
async function outcome(imports: Type<unknown>[], permissions: EventBusModuleOptions['permissions']) {
  const { logger, lines } = captureLog('warn');
  const options = { logging: { logger }, ...(permissions && { permissions }) };
  const error = await startApp({ imports }, options).then(
    () => undefined,
    (failure: unknown) => failure as PermissionsError,
  );
  return { error, warnings: lines.map(({ code, msg }) => `${String(code)}: ${msg}`) };
}

const ALL = [
  expect.stringMatching(
    /PluginModule\/Rooted injects RootEventBus, which may do anything.*\[PluginModule, \{ root: true \}\]/,
  ),
  expect.stringMatching(
    /PluginModule\/Helper injects an EventBus whose owner can't be known: it is transient/,
  ),
  expect.stringMatching(/PluginModule\/UsesHelper .*something transient/),
  expect.stringMatching(
    /What PluginModule provides as FACTORY injects an EventBus whose owner can't be known: it is no class/,
  ),
  expect.stringMatching(/What PluginModule provides as ALIAS injects RootEventBus/),
];

describe('Ways around its rights, in a module that declares some', () => {
  it('are warned of when the application starts, each by name', async () => {
    const { error, warnings } = await outcome([PluginModule, FreeModule], undefined);
    expect(error).toBeUndefined();
    expect(warnings).toEqual(ALL);
    for (const warning of warnings) expect(warning).toMatch(/^EVENT_BUS_WAY_AROUND: /);
  });

  it('are warned of in report mode, too, and not where permissions are off', async () => {
    expect((await outcome([PluginModule], 'report')).warnings).toEqual(ALL);
    expect((await outcome([PluginModule], 'off')).warnings).toEqual([]);
  });

  it('fail the start in strict mode, in modules that declare nothing, too', async () => {
    const { error, warnings } = await outcome([PluginModule, FreeModule], 'strict');
    expect(error).toBeInstanceOf(PermissionsError);
    expect(error?.waysAround).toHaveLength(ALL.length + 3);
    expect(error?.message).toMatch(/^- FreeModule\/Rooted injects RootEventBus/m);
    expect(warnings).toEqual([]);
  });

  it('are named beside the handlers, in one error', async () => {
    @Injectable()
    class Spy {
      @OnEvent('secret:told')
      spy(): void {}
    }
    @Listens()
    @Module({ providers: [Spy, Rooted] })
    class SpyModule {}
    const { error } = await outcome([SpyModule], 'strict');
    expect(error?.message).toMatch(/in 2 places:\n- SpyModule\/Spy\.spy .*\n- SpyModule\/Rooted /);
  });

  it('are found where a provider alone declares, or the host grants', async () => {
    @Emits('a:b')
    @Injectable()
    class Declared extends Rooted {}
    @Module({ providers: [Declared] })
    class Undeclared {}
    const grants = [[FreeModule, { listens: ['plugin:*'] }]] as const;
    const { warnings } = await outcome([Undeclared, FreeModule], { grants });
    expect(
      warnings.filter((each) => each.includes('RootEventBus')).map((each) => each.split(' ')[1]),
    ).toEqual(['Undeclared/Declared', 'FreeModule/Rooted']);
  });

  it('are none where the host grants the root', async () => {
    @Module({ providers: [Rooted] })
    class AdminModule {}
    const grants = [[AdminModule, { root: true }]] as const;
    expect(await outcome([AdminModule], { mode: 'strict', grants })).toEqual({
      error: undefined,
      warnings: [],
    });
  });

  it('are none in an application that is strict and does as it declares', async () => {
    @Injectable()
    class Clerk {
      constructor(
        readonly bus: EventBus,
        @Inject(Symbol.for('nestjs-event-bus:EventBus')) readonly same: EventBus,
      ) {}
      @OnEvent('order:placed')
      onPlaced(): void {
        this.bus.emit('invoice:written');
      }
    }
    @Emits('invoice:*')
    @Listens('order:*')
    @Module({ providers: [Clerk] })
    class OrdersModule {}
    const { error, warnings } = await outcome([OrdersModule], 'strict');
    expect([error, warnings]).toEqual([undefined, []]);
  });

  it('are found in modules that are loaded lazily, whose load fails in strict mode', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    await app.get(LazyModuleLoader).load(() => PluginModule);
    expect(lines.map(({ msg }) => msg)).toEqual(ALL);

    const strict = await startApp({}, { logging: false, permissions: 'strict' });
    for (let time = 0; time < 2; time++)
      await expect(strict.get(LazyModuleLoader).load(() => PluginModule)).rejects.toThrow(PermissionsError);
  });
});

describe('A definition whose schema sees the data and may refuse it', () => {
  const Told = defineEvent('secret:told', { schema: schemaOf((value) => ({ value })) });
  const Started = defineEvent('plugin:started', { schema: schemaOf((value) => ({ value })) });
  const Named = defineEvent('secret:named', { description: 'No schema: no code that would see anything' });

  @Emits('plugin:*')
  @Listens('plugin:*')
  @Module({ imports: [EventBusModule.forFeature([Told, Started, Named])] })
  class CuriousModule {}

  const found =
    'CuriousModule defines "secret:told", which it may neither emit nor hear: its schema sees the data. ' +
    'Define it in the module that emits it.';

  it('is a way around in a module that may neither emit nor hear the topic', async () => {
    expect((await outcome([CuriousModule], undefined)).warnings).toEqual([`EVENT_BUS_WAY_AROUND: ${found}`]);
    expect((await outcome([CuriousModule], 'off')).warnings).toEqual([]);
    const { error } = await outcome([CuriousModule], 'strict');
    expect(error).toBeInstanceOf(PermissionsError);
    expect(error?.message).toContain(found);
  });

  it('is none in a module that may emit or hear it, or is not restricted', async () => {
    @Emits('secret:*')
    @Module({ imports: [EventBusModule.forFeature([Told])] })
    class TellingModule {}
    @Listens('secret:*')
    @Module({ imports: [EventBusModule.forFeature([Told])] })
    class HearingModule {}
    @Module({ imports: [EventBusModule.forFeature([Told])] })
    class GrantedModule {}
    @Module({ imports: [EventBusModule.forFeature([Told])] })
    class FreeOwnerModule {}
    const strict = {
      mode: 'strict' as const,
      grants: [[GrantedModule, { emits: ['secret:told'] }]] as [Type<unknown>, object][],
    };
    const allowed = await outcome([TellingModule, HearingModule, GrantedModule], strict);
    expect([allowed.error, allowed.warnings]).toEqual([undefined, []]);
    expect((await outcome([FreeOwnerModule], undefined)).warnings).toEqual([]);
    expect((await outcome([FreeOwnerModule], 'strict')).error?.message).toContain(
      'FreeOwnerModule defines "secret:told"',
    );
  });

  it('is found in modules that are loaded lazily, too', async () => {
    const { logger, lines } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    await app.get(LazyModuleLoader).load(() => CuriousModule);
    expect(lines.map(({ msg }) => msg)).toEqual([found]);
  });
});

describe('A lazily loaded module', () => {
  it('is held to what it declares', async () => {
    @Injectable()
    class Spy {
      @OnEvent('secret:told')
      spy(): void {}
    }
    @Listens('plugin:*')
    @Module({ providers: [Spy] })
    class SpyModule {}
    const app = await startApp({});
    for (let time = 0; time < 2; time++) {
      await expect(app.get(LazyModuleLoader).load(() => SpyModule)).rejects.toThrow(
        /SpyModule\/Spy.spy may not hear "secret:told"/,
      );
    }
    expect(app.get(RootEventBus).inspect().subscriptions).toEqual([]);
  });
});

describe('What no check sees', () => {
  it('is a subclass of a module that is granted something: it has the same rights and grants', async () => {
    @Module({})
    class AdminModule {}
    @Module({ providers: [Rooted] })
    class DisguisedModule extends AdminModule {}
    const { error, warnings } = await outcome([AdminModule, DisguisedModule], {
      mode: 'strict',
      grants: [[AdminModule, { root: true }]],
    });
    expect([error, warnings]).toEqual([undefined, []]);
  });

  it('is a bus that is fetched, not injected: by default it is nobody’s and free, in strict mode it may do nothing', async () => {
    @Injectable()
    class Fetching {
      constructor(readonly modules: ModuleRef) {}
    }
    @Emits('plugin:*')
    @Module({ providers: [Fetching] })
    class FetchingModule {}
    const { logger, lines } = captureLog('warn');
    const app = await startApp({ imports: [FetchingModule] }, { logging: { logger } });
    const bus = app.get(Fetching).modules.get(EventBus, { strict: false });
    expect(bus.emit('secret:told').source).toBeUndefined();
    expect(lines).toEqual([]);

    const strict = await startApp({ imports: [FetchingModule] }, { logging: false, permissions: 'strict' });
    const fetched = strict.get(Fetching).modules.get(EventBus, { strict: false });
    expect(() => fetched.emit('secret:told')).toThrow(PermissionDeniedError);
    // Nothing in one process can keep this from a module that wants it.
    expect(strict.get(Fetching).modules.get(RootEventBus, { strict: false }).emit('secret:told').topic).toBe(
      'secret:told',
    );
  });
});
