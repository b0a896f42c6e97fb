import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { type ContextId, ContextIdFactory, type HostComponentInfo, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { BusEvent, EventBus, EventBusModule, EventRequest, HandlerContext, OnEvent } from 'nestjs-event-bus';
import { controlledPromise } from '../support/controlled-promise.js';
import { collectProcessFaults } from '../support/process-faults.js';
import { captureLog, startApp } from './app.js';

@Injectable()
class Log {
  readonly lines: unknown[] = [];
}

@Injectable({ scope: Scope.REQUEST })
class Unit {}

@Injectable({ scope: Scope.REQUEST })
class Orders {
  constructor(
    @Inject(Log) protected readonly log: Log,
    @Inject(Unit) protected readonly unit: Unit,
  ) {}

  @OnEvent('order:*')
  @OnEvent('order:placed')
  on(_order?: unknown): void {
    this.log.lines.push(this.unit);
  }
}

@Controller()
class OrdersController extends Orders {}

/** Emits to an application, one event after the other, and answers what was logged. */
async function logOf(metadata: ModuleMetadata, ...orders: unknown[]): Promise<unknown[]> {
  const app = await startApp({ ...metadata, providers: [Log, Unit, ...(metadata.providers ?? [])] });
  for (const order of orders) (await app.get(EventBus).emitAsync('order:placed', order)).throwIfFailed();
  return app.get(Log).lines;
}

describe('A handler on a request-scoped provider', () => {
  it.each<[string, ModuleMetadata]>([
    ['of a class under its own token', { providers: [Orders] }],
    ['of a class under another token', { providers: [{ provide: 'O', useClass: Orders }] }],
    ['of a class with an alias', { providers: [{ provide: 'ALIAS', useExisting: Orders }, Orders] }],
    ['of a controller', { controllers: [OrdersController] }],
  ])('has an instance of its own for each event: %s', async (_, metadata) => {
    const units = await logOf(metadata, 'A', 'B');
    expect(units).toEqual([expect.any(Unit), expect.any(Unit)]);
    expect(units[0]).not.toBe(units[1]);
  });

  it('is also one that is only scoped by what it depends on', async () => {
    @Injectable()
    class Reports {
      constructor(
        private readonly log: Log,
        private readonly unit: Unit,
      ) {}
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push(this.unit);
      }
    }
    const units = await logOf({ providers: [Reports] }, 'A', 'B');
    expect(units).toEqual([expect.any(Unit), expect.any(Unit)]);
    expect(units[0]).not.toBe(units[1]);
  });

  it('shares nothing that is request-scoped with the other handlers of the event', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Twice extends Orders {
      @OnEvent('order:placed')
      second(): void {
        this.log.lines.push(this.unit);
      }
    }
    const units = await logOf({ providers: [Twice] }, 'A');
    expect(units).toEqual([expect.any(Unit), expect.any(Unit)]);
    expect(units[0]).not.toBe(units[1]);
  });

  it('has the event context as REQUEST', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Reports {
      constructor(
        private readonly log: Log,
        @Inject(REQUEST) private readonly request: EventRequest,
      ) {}
      @OnEvent('order:placed')
      on(_order: unknown, event: BusEvent): void {
        const { request } = this;
        this.log.lines.push(request instanceof EventRequest, request.event === event, request.data);
      }
    }
    expect(await logOf({ providers: [Reports] }, 'A')).toEqual([true, true, 'A']);
  });

  it('shares what is request-scoped with all that it depends on', async () => {
    @Injectable()
    class Repository {
      constructor(readonly unit: Unit) {}
    }
    @Injectable()
    class Reports {
      constructor(
        private readonly log: Log,
        private readonly unit: Unit,
        private readonly repository: Repository,
      ) {}
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push(this.repository.unit === this.unit);
      }
    }
    expect(await logOf({ providers: [Repository, Reports] }, 'A')).toEqual([true]);
  });

  it('takes its dependencies from the module of its provider', async () => {
    @Module({ providers: [Log, Unit], exports: [Log, Unit] })
    class Common {}
    @Injectable()
    class Named extends Orders {
      @Inject('NAME') private readonly name!: string;
      override on(): void {}
      @OnEvent('order:placed')
      named(): void {
        this.log.lines.push(this.name);
      }
    }
    const feature = (name: string) => {
      class Feature {}
      const providers = [{ provide: 'NAME', scope: Scope.REQUEST, useFactory: () => name }, Named];
      Module({ imports: [Common], providers, exports: ['NAME', Named] })(Feature);
      return Feature;
    };
    const app = await startApp({ imports: [feature('one'), feature('two'), Common] });
    await app.get(EventBus).emitAsync('order:placed');
    expect(app.get(Log).lines).toEqual(['one', 'two']);
  });

  it('is called with data, event and context, and what it emits is linked', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Shipping {
      constructor(private readonly log: Log) {}
      @OnEvent('order:placed')
      ship(order: unknown, event: BusEvent, context: HandlerContext): void {
        this.log.lines.push(order, context.emit('parcel:packed').causationId === event.id);
      }
    }
    expect(await logOf({ providers: [Shipping] }, 'A')).toEqual(['A', true]);
  });

  it('waits for the start of the application, as all do', async () => {
    @Injectable()
    class Early {
      constructor(bus: EventBus, log: Log) {
        bus.emit('order:placed');
        log.lines.push('emitted');
      }
    }
    const app = await startApp({ providers: [Log, Unit, Orders, Early] });
    await app.get(EventBus).emitAsync('order:shipped');
    expect(app.get(Log).lines).toEqual(['emitted', expect.any(Unit), expect.any(Unit)]);
  });

  it('is called on what a test put in place of its provider', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Fake {
      constructor(private readonly log: Log) {}
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push('fake');
      }
    }
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [Log, Unit, Orders],
    })
      .overrideProvider(Orders)
      .useClass(Fake)
      .compile();
    await moduleRef.init();
    await moduleRef.get(EventBus).emitAsync('order:placed');
    expect(moduleRef.get(Log).lines).toEqual(['fake']);
    await moduleRef.close();
  });

  it('whose constructor throws fails alone, and is tried anew at the next event', async () => {
    let isBroken = true;
    @Injectable({ scope: Scope.REQUEST })
    class Broken {
      constructor(private readonly log: Log) {
        if (isBroken) throw new Error('no connection');
      }
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push('on');
      }
    }
    const faults = collectProcessFaults();
    const { logger, lines } = captureLog('error');
    const app = await startApp({ providers: [Log, Unit, Broken, Orders] }, { logging: { logger } });
    app.get(EventBus).emit('order:placed');
    const report = await app.get(EventBus).emitAsync('order:placed');
    expect(report.failures.map(({ error }) => (error as Error).message)).toEqual(['no connection']);
    expect(app.get(Log).lines).toEqual([expect.any(Unit), expect.any(Unit)]);
    expect(lines.map(({ msg }) => msg)).toEqual(
      Array(2).fill(expect.stringContaining('AppModule/Broken.on')),
    );
    isBroken = false;
    (await app.get(EventBus).emitAsync('order:placed')).throwIfFailed();
    expect(app.get(Log).lines).toContain('on');
    expect(await faults.settled()).toEqual([]);
    faults.stop();
  });

  it('leaves nothing behind when it is done', async () => {
    const refs: WeakRef<object>[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Watched {
      constructor(unit: Unit, @Inject(REQUEST) request: EventRequest) {
        refs.push(new WeakRef(this), new WeakRef(unit), new WeakRef(request), new WeakRef(request.event));
      }
      @OnEvent('order:placed')
      on(): void {}
    }
    const options = { logging: false, history: { capacity: 0 } } as const;
    const app = await startApp({ providers: [Unit, Watched] }, options);
    for (let count = 0; count < 3; count++) await app.get(EventBus).emitAsync('order:placed', {});
    expect(refs).toHaveLength(12);
    const isGone = (ref: WeakRef<object>): boolean => ref.deref() === undefined;
    for (let turn = 0; turn < 50 && !refs.every(isGone); turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc!();
    }
    expect(refs.filter((ref) => !isGone(ref))).toEqual([]);
  });
});

describe('A handler on a durable provider', () => {
  afterEach(() => ContextIdFactory.apply(undefined as never));

  /** As in Nest's documentation: a tree of providers for each tenant, which a header names. */
  function applyTenants(): void {
    const trees = new Map<unknown, ContextId>();
    ContextIdFactory.apply({
      attach(context, { headers }: EventRequest) {
        const tenant = headers['x-tenant-id'];
        if (!trees.has(tenant)) trees.set(tenant, { id: trees.size });
        const tree = trees.get(tenant)!;
        return {
          resolve: (info: HostComponentInfo) => (info.isTreeDurable ? tree : context),
          payload: { tenant },
        };
      },
    });
  }

  const of = (tenant: string) => ({ metadata: { headers: { 'x-tenant-id': tenant } } });

  @Injectable({ scope: Scope.REQUEST, durable: true })
  class Tenant {
    calls = 0;
    constructor(
      private readonly log: Log,
      @Inject(REQUEST) private readonly payload: { tenant: string },
    ) {}
    @OnEvent('order:placed')
    on(): void {
      this.log.lines.push(`${this.payload.tenant} ${++this.calls}`);
    }
  }

  it('is called on the instance of the tree that the ContextIdStrategy names, whose REQUEST is the payload', async () => {
    applyTenants();
    const app = await startApp({ providers: [Log, Tenant] });
    const bus = app.get(EventBus);
    for (const tenant of ['a', 'b', 'a', 'b', 'a']) {
      (await bus.emitAsync('order:placed', undefined, of(tenant))).throwIfFailed();
    }
    expect(app.get(Log).lines).toEqual(['a 1', 'b 1', 'a 2', 'b 2', 'a 3']);
  });

  it('holds on to no event: where the strategy gives no payload, its REQUEST is undefined', async () => {
    const tree = { id: 1 };
    ContextIdFactory.apply({ attach: (context) => (info) => (info.isTreeDurable ? tree : context) });
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Durable {
      constructor(
        private readonly log: Log,
        @Inject(REQUEST) private readonly request: unknown,
      ) {}
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push(this.request);
      }
    }
    const app = await startApp({ providers: [Log, Durable] });
    (await app.get(EventBus).emitAsync('order:placed')).throwIfFailed();
    expect(app.get(Log).lines).toEqual([undefined]);
  });

  it('shares that instance with events that come at once', async () => {
    applyTenants();
    const connected = controlledPromise();
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Slow extends Tenant {
      @Inject('CONNECTION') readonly connection!: unknown;
    }
    const connection = {
      provide: 'CONNECTION',
      scope: Scope.REQUEST,
      durable: true,
      useFactory: () => connected.promise,
    };
    const app = await startApp({ providers: [Log, connection, Slow] });
    const reports = ['a', 'a', 'a'].map((tenant) =>
      app.get(EventBus).emitAsync('order:placed', undefined, of(tenant)),
    );
    connected.resolve();
    for (const report of await Promise.all(reports)) report.throwIfFailed();
    expect(app.get(Log).lines).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('whose constructor throws fails alone, and is tried anew at the next event', async () => {
    applyTenants();
    let isBroken = true;
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Broken {
      constructor(private readonly log: Log) {
        if (isBroken) throw new Error('no connection');
      }
      @OnEvent('order:placed')
      on(): void {
        this.log.lines.push('on');
      }
    }
    const app = await startApp({ providers: [Log, Broken] });
    const report = await app.get(EventBus).emitAsync('order:placed', undefined, of('a'));
    expect(report.failures).toHaveLength(1);
    isBroken = false;
    (await app.get(EventBus).emitAsync('order:placed', undefined, of('a'))).throwIfFailed();
    expect(app.get(Log).lines).toEqual(['on']);
  });

  it('leaves request-scoped ones the event context as REQUEST, with the payload’s properties', async () => {
    applyTenants();
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      constructor(
        private readonly log: Log,
        @Inject(REQUEST) private readonly request: EventRequest & { tenant: string },
        private readonly tenant: Tenant,
      ) {}
      @OnEvent('order:shipped')
      on(_data: unknown, event: BusEvent): void {
        this.log.lines.push(this.request.event === event, this.request.tenant, this.tenant.calls);
      }
    }
    const app = await startApp({ providers: [Log, Tenant, Scoped] });
    await app.get(EventBus).emitAsync('order:placed', undefined, of('a'));
    (await app.get(EventBus).emitAsync('order:shipped', undefined, of('a'))).throwIfFailed();
    expect(app.get(Log).lines).toEqual(['a 1', true, 'a', 1]);
  });

  it('fails alone when the strategy throws', async () => {
    ContextIdFactory.apply({
      attach() {
        throw new Error('which tenant?');
      },
    });
    const app = await startApp({ providers: [Log, Tenant] });
    const report = await app.get(EventBus).emitAsync('order:placed');
    expect(report.failures.map(({ error }) => (error as Error).message)).toEqual(['which tenant?']);
  });
});
