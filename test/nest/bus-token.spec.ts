import { describe, expect, it } from '@jest/globals';
import { Controller, Inject, Injectable, Module, Optional, Scope } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus, EventBusModule, RootEventBus } from 'nestjs-event-bus';
import { startApp, startRoot } from './app.js';

/** As a library writes it, which doesn't import the package. */
const EVENT_BUS = Symbol.for('nestjs-event-bus:EventBus');

interface HasBus {
  readonly bus: EventBus | undefined;
}

/** What an event emitted on the bus of this holder says of its source. */
const sourceOf = ({ bus }: HasBus): string | undefined => bus!.emit('test:emitted').source;

@Injectable()
class Service {
  constructor(@Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined) {}
}

@Injectable()
class ByProperty {
  @Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined;
}

@Controller()
class Pages {
  constructor(@Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined) {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(@Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Helper {
  constructor(@Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined) {}
}

@Injectable()
class UsesHelper {
  constructor(
    readonly helper: Helper,
    @Optional() @Inject(EVENT_BUS) readonly bus: EventBus | undefined,
  ) {}
}

@Module({ providers: [Service, ByProperty, PerRequest, Helper, UsesHelper], controllers: [Pages] })
class LibraryModule {}

@Module({ providers: [Service] })
class OtherModule {}

describe('The token Symbol.for(‘nestjs-event-bus:EventBus’)', () => {
  it('stands for the bus, as it is for the module and the class that inject it', async () => {
    const app = await startApp({ imports: [LibraryModule, OtherModule] });
    const library = app.select(LibraryModule);
    expect(library.get(Service, { strict: true }).bus).toBeInstanceOf(EventBus);
    expect(sourceOf(library.get(Service, { strict: true }))).toBe('LibraryModule/Service');
    expect(sourceOf(app.select(OtherModule).get(Service, { strict: true }))).toBe('OtherModule/Service');
    expect(sourceOf(app.get(ByProperty))).toBe('LibraryModule/ByProperty');
    expect(sourceOf(app.get(Pages))).toBe('LibraryModule/Pages');
    expect(sourceOf(await app.resolve(PerRequest))).toBe('LibraryModule/PerRequest');
  });

  it('stands for nobody’s bus where the bus has no owner by its class, either', async () => {
    const app = await startApp({ imports: [LibraryModule] });
    const { bus, helper } = app.get(UsesHelper);
    expect([sourceOf({ bus }), sourceOf(helper)]).toEqual([undefined, undefined]);
  });

  it('stands for nothing where there is no bus', async () => {
    const app = await startRoot({ imports: [LibraryModule] });
    expect([app.get(Service).bus, app.get(ByProperty).bus]).toEqual([undefined, undefined]);
  });

  it('stands for nothing in a module that doesn’t import a bus that is not global', async () => {
    const app = await startApp({ imports: [LibraryModule] }, { isGlobal: false, logging: false });
    expect(app.get(Service).bus).toBeUndefined();
  });

  it('gives get() the bus that EventBus gives it', async () => {
    const app = await startApp({});
    expect(app.get(EVENT_BUS)).toBe(app.get(EventBus));
  });

  it('can be overridden in tests', async () => {
    const bus = new RootEventBus();
    const module = await Test.createTestingModule({
      imports: [EventBusModule.forRoot(), LibraryModule],
    })
      .overrideProvider(EVENT_BUS)
      .useValue(bus)
      .compile();
    expect([module.get(EVENT_BUS), module.get(Service).bus]).toEqual([bus, bus]);
  });
});
