import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  forwardRef,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, ModuleRef, ModulesContainer } from '@nestjs/core';
import { EventBus, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { BUS_TOKEN } from '../../src/nest/bus-token.js';
import { ModuleRights } from '../../src/nest/module-rights.js';
import { Owners } from '../../src/nest/owners.js';
import { startApp } from './app.js';
import { nestVersion } from './nest-version.js';

interface HasBus {
  readonly bus: EventBus;
}

/** What an event emitted on the bus of this holder says of its source. */
const sourceOf = ({ bus }: HasBus): string | undefined => bus.emit('test:emitted').source;

@Injectable()
class Service {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class Heir extends Service {}

@Injectable()
class ByProperty {
  @Inject() readonly bus!: EventBus;
}

@Injectable()
class ByForwardRef {
  constructor(@Inject(forwardRef(() => EventBus)) readonly bus: EventBus) {}
}

@Controller()
class Pages {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class Twice {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class Asking {
  @Inject() readonly third!: EventBus;
  @Inject(BUS_TOKEN) readonly fourth!: EventBus;
  constructor(
    readonly bus: EventBus,
    @Inject(BUS_TOKEN) readonly second: EventBus,
  ) {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(readonly bus: EventBus) {}
}

@Injectable()
class PerRequestByContagion {
  constructor(
    readonly bus: EventBus,
    readonly request: PerRequest,
  ) {}
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class Durable {
  constructor(readonly bus: EventBus) {}
}

@Injectable({ scope: Scope.REQUEST })
class AskingTwicePerRequest {
  @Inject(BUS_TOKEN) readonly other!: EventBus;
  constructor(readonly bus: EventBus) {}
}

@Injectable({ scope: Scope.REQUEST })
class TwicePerRequest {
  constructor(readonly bus: EventBus) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Helper {
  constructor(readonly bus: EventBus) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Helper2 {
  constructor(
    readonly helper: Helper,
    readonly bus: EventBus,
  ) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class BuslessHelper {}

@Injectable()
class UsesHelper {
  constructor(readonly helper: Helper) {}
}

@Injectable()
class UsesHelper2 {
  constructor(readonly helper: Helper2) {}
}

@Injectable()
class UsesBuslessHelper {
  constructor(
    readonly helper: BuslessHelper,
    readonly bus: EventBus,
  ) {}
}

@Injectable()
class UsesBoth {
  constructor(
    readonly helper: Helper,
    readonly bus: EventBus,
  ) {}
}

@Injectable()
class UsesAlias {
  constructor(
    @Inject('HELPER') readonly helper: Helper,
    readonly bus: EventBus,
  ) {}
}

@Module({
  providers: [
    Service,
    Heir,
    ByProperty,
    ByForwardRef,
    Twice,
    PerRequest,
    PerRequestByContagion,
    Durable,
    AskingTwicePerRequest,
    TwicePerRequest,
    Helper,
    Helper2,
    BuslessHelper,
    UsesHelper,
    UsesHelper2,
    UsesBuslessHelper,
    UsesBoth,
    UsesAlias,
    { provide: 'HELPER', useExisting: Helper },
    { provide: 'CLASS', useClass: Service },
    { provide: 'FACTORY', useFactory: (bus: EventBus) => ({ bus }), inject: [EventBus] },
  ],
  controllers: [Pages],
})
class Orders {
  constructor(readonly bus: EventBus) {}
}

@Module({ providers: [Twice, TwicePerRequest, Helper, UsesHelper, UsesBoth] })
class Payments {}

/** No module is granted anything. */
const UNDECLARED = new ModuleRights({ mode: 'declared', grants: [] });

const start = () => startApp({ imports: [Orders, Payments] });

/** `ModuleRef.create()` of Nest 11.0.0 injects null, or no property, where others inject a bus. */
const injectsNull = nestVersion === '11.0.0';

describe('The owner of an injected bus', () => {
  it('is the module and the class of the provider, controller or module that injects it', async () => {
    const app = await start();
    expect(sourceOf(app.get(Service))).toBe('Orders/Service');
    expect(sourceOf(app.get(Heir))).toBe('Orders/Heir');
    expect(sourceOf(app.get(ByProperty))).toBe('Orders/ByProperty');
    expect(sourceOf(app.get(ByForwardRef))).toBe('Orders/ByForwardRef');
    expect(sourceOf(app.get(Pages))).toBe('Orders/Pages');
    expect(sourceOf(app.get(Orders))).toBe('Orders/Orders');
    expect(sourceOf(app.get<HasBus>('CLASS'))).toBe('Orders/Service');
  });

  it('is found by the instance where a class stands in several modules', async () => {
    const app = await start();
    expect(sourceOf(app.select(Orders).get(Twice, { strict: true }))).toBe('Orders/Twice');
    expect(sourceOf(app.select(Payments).get(Twice, { strict: true }))).toBe('Payments/Twice');
  });

  it('is found for guards, in the module of the controller that they guard', async () => {
    @Injectable()
    class Guard implements CanActivate {
      constructor(readonly bus: EventBus) {}
      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    @UseGuards(Guard)
    class Guarded {
      @Get() get(): void {}
    }
    @Module({ controllers: [Guarded] })
    class GuardedModule {}
    const app = await startApp({ imports: [GuardedModule] });
    const host = [...app.get(ModulesContainer).values()].find(({ metatype }) => metatype === GuardedModule);
    expect(sourceOf(host?.injectables.get(Guard)?.instance as HasBus)).toBe('GuardedModule/Guard');
  });

  it('is found for request-scoped and durable providers, each instance being an owner of its own', async () => {
    const app = await start();
    for (const type of [PerRequest, PerRequestByContagion, Durable, AskingTwicePerRequest]) {
      const [one, two] = await Promise.all([app.resolve<HasBus>(type), app.resolve<HasBus>(type)]);
      expect([sourceOf(one), sourceOf(two)]).toEqual([`Orders/${type.name}`, `Orders/${type.name}`]);

      const seen: unknown[] = [];
      const handler = (data: unknown): void => void seen.push(data);
      one.bus.on('test:owners', handler);
      two.bus.on('test:owners', handler);
      expect([one.bus.off(handler), two.bus.off(handler)]).toEqual([true, true]);
    }
  });

  it('lacks the module where a scoped class stands in several modules, unless Nest says which', async () => {
    const app = await start();
    for (const [module, name] of [
      [Orders, 'Orders'],
      [Payments, 'Payments'],
    ] as const) {
      const scoped = await app
        .select(module)
        .resolve(TwicePerRequest, ContextIdFactory.create(), { strict: true });
      expect([`${name}/TwicePerRequest`, 'TwicePerRequest']).toContain(sourceOf(scoped));
    }
  });

  it('is found in circles of forwardRef()', async () => {
    @Injectable()
    class Chicken {
      constructor(
        readonly bus: EventBus,
        @Inject(forwardRef(() => Egg)) readonly egg: unknown,
      ) {}
    }
    @Injectable()
    class Egg {
      @Inject() readonly bus!: EventBus;
      constructor(@Inject(forwardRef(() => Chicken)) readonly chicken: unknown) {}
    }
    @Module({ imports: [forwardRef(() => Coop)], providers: [Egg], exports: [Egg] })
    class Nest {}
    @Module({ imports: [forwardRef(() => Nest)], providers: [Chicken], exports: [Chicken] })
    class Coop {}
    const app = await startApp({ imports: [Coop, Nest] });
    expect([sourceOf(app.get(Chicken)), sourceOf(app.get(Egg))]).toEqual(['Coop/Chicken', 'Nest/Egg']);
  });

  it('is one for a singleton that asks twice', async () => {
    const app = await startApp({ providers: [Asking] });
    const { bus, second, third, fourth } = app.get(Asking);
    const handler = (): void => {};
    const subscription = bus.on('test:owners', handler);
    for (const each of [second, third, fourth]) expect(each.on('test:owners', handler)).toBe(subscription);
    expect(fourth.off(handler)).toBe(true);
  });

  it('is one for as many buses as the class asks for: what asks in its name after that is another instance', async () => {
    const app = await startApp({ providers: [Asking, Service] });
    const owners = new Owners(app.get(ModulesContainer), UNDECLARED);
    for (const [type, buses] of [
      [Service, 1],
      [Asking, 4],
    ] as const) {
      const asked = Array.from({ length: buses + 2 }, () => owners.ofInquirer(app.get(type)));
      expect(new Set(asked.slice(0, buses)).size).toBe(1);
      expect(new Set(asked).size).toBe(3);
      for (const owner of asked) expect(owner).toEqual({ module: 'AppModule', class: type.name });
    }
  });

  it('is another each time for a scoped provider, also where Nest gives the same object for all its instances', async () => {
    const app = await start();
    const owners = new Owners(app.get(ModulesContainer), UNDECLARED);
    const [host] = [...app.get(ModulesContainer).values()].filter(({ metatype }) => metatype === Orders);
    for (const type of [AskingTwicePerRequest, PerRequestByContagion, Durable]) {
      const { instance } = host!.providers.get(type)!;
      const asked = [1, 2, 3].map(() => owners.ofInquirer(instance));
      for (const owner of asked) expect(owner).toEqual({ module: 'Orders', class: type.name });
      expect(new Set(asked).size).toBe(3);
    }
  });

  it('is nobody for factories and transient providers, also where Nest names somebody else', async () => {
    const app = await start();
    expect(sourceOf(app.get<HasBus>('FACTORY'))).toBeUndefined();
    for (const module of [Orders, Payments]) {
      const { helper } = app.select(module).get(UsesHelper, { strict: true });
      expect(sourceOf(helper)).toBeUndefined();
    }
    const { helper } = app.get(UsesHelper2);
    expect([sourceOf(helper), sourceOf(helper.helper)]).toEqual([undefined, undefined]);
    expect(sourceOf(await app.resolve(Helper))).toBeUndefined();
  });

  it('is nobody where a transient dependency may have asked for the bus in the same name', async () => {
    const app = await start();
    for (const holder of [app.select(Payments).get(UsesBoth, { strict: true }), app.get(UsesAlias)]) {
      expect([sourceOf(holder), sourceOf(holder.helper)]).toEqual([undefined, undefined]);
    }
  });

  it('is known for a provider with a transient dependency that has no bus', async () => {
    const app = await start();
    expect(sourceOf(app.get(UsesBuslessHelper))).toBe('Orders/UsesBuslessHelper');
  });

  it('is never in a module for what ModuleRef.create() makes', async () => {
    @Injectable()
    class Created {
      constructor(readonly bus: EventBus | null) {}
    }
    Inject(EventBus)(Created, undefined as never, 0);
    const { bus } = await (await start()).get(ModuleRef).create(Created);
    expect(bus && sourceOf({ bus })).toBe(injectsNull ? null : 'Created');
  });

  it('is never in the module of a provider for what another module makes of its class with ModuleRef.create()', async () => {
    const app = await start();
    const moduleRef = app.select(Payments).get(ModuleRef, { strict: true });
    for (const type of [Service, ByProperty, Pages]) {
      const made = [
        await moduleRef.create<HasBus>(type),
        await moduleRef.create<HasBus>(type, ContextIdFactory.create()),
      ];
      for (const one of made) {
        if (injectsNull) expect((one.bus as EventBus | null) ?? null).toBeNull();
        // In a context of its own, some versions don't tell who asks.
        else expect([undefined, type.name]).toContain(sourceOf(one));
      }
    }
    const { bus } = await moduleRef.create(UsesBoth);
    expect((bus as EventBus | null) && sourceOf({ bus })).toBe(injectsNull ? null : undefined);
  });

  it('is known for the providers of a module that was loaded lazily', async () => {
    @Injectable()
    class Late {
      constructor(readonly bus: EventBus) {}
    }
    @Module({ providers: [Late] })
    class LateModule {}
    const app = await start();
    const moduleRef = await app.get(LazyModuleLoader).load(() => LateModule);
    expect(sourceOf(moduleRef.get(Late))).toBe('LateModule/Late');
  });

  it('is the same for the bus and for the handlers of a provider', async () => {
    @Injectable()
    class Listener {
      constructor(readonly bus: EventBus) {}
      @OnEvent('a:b')
      on(): void {}
    }
    const app = await startApp({ providers: [Listener] });
    const [figures] = app.get(RootEventBus).inspect().subscriptions;
    expect(app.get(Listener).bus.off(figures!.id)).toBe(true);
    expect(app.get(EventBus).off(figures!.id)).toBe(false);
  });
});
