import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestApplicationContext, Injectable, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import {
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { controlledPromise } from '../support/controlled-promise.js';
import { captureLog } from './app.js';
import { inProcess, type MessageTransport, overTcp } from './message-transport.js';

const TRANSPORTS = { 'over TCP': overTcp, 'in the process': inProcess };

type Transport = keyof typeof TRANSPORTS;
type Kind = 'a hybrid application' | 'a microservice';

const KINDS: readonly Kind[] = ['a hybrid application', 'a microservice'];
const EVERY_CASE = KINDS.flatMap((kind) =>
  (Object.keys(TRANSPORTS) as Transport[]).map((transport) => [kind, transport] as const),
);

/** What handlers of events need; it says how far it is shut down. */
@Injectable()
class Pool {
  state = 'open';

  onModuleDestroy(): void {
    this.state = 'destroyed';
  }

  beforeApplicationShutdown(): void {
    this.state = 'about to be shut down';
  }

  onApplicationShutdown(): void {
    this.state = 'shut down';
  }
}

/** Handles the events that messages have it emit, when the gate is opened. */
@Injectable()
class Orders {
  readonly gate = controlledPromise();
  begun = 0;
  readonly handled: string[] = [];

  constructor(private readonly pool: Pool) {}

  @OnEvent('order:*')
  async onOrder(id: string): Promise<void> {
    this.begun++;
    await this.gate.promise;
    this.handled.push(`${id}: ${this.pool.state}`);
  }
}

@Controller()
class OrdersController {
  readonly checks = controlledPromise();
  placed = 0;

  constructor(private readonly bus: EventBus) {}

  @MessagePattern('order.place')
  place(id: string): string {
    this.placed++;
    return this.bus.emit('order:placed', id).topic;
  }

  @EventPattern('order.note')
  note(id: string): void {
    this.bus.emit('order:noted', id);
  }

  /** Answers what became of the event. */
  @MessagePattern('order.check')
  async check(id: string): Promise<string> {
    await this.checks.promise;
    const { dropped = 'delivered' } = await this.bus.emitAsync('order:checked', id);
    return dropped;
  }
}

describe('What messages have an application emit', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  function transportOf(kind: Transport): MessageTransport {
    const transport = TRANSPORTS[kind]();
    open.push(transport);
    return transport;
  }

  /** Some versions of Nest run the hooks again where it is closed already. */
  function closeAfterwards(app: INestApplicationContext): void {
    open.push({
      close: () => (app.get(RootEventBus).inspect().state === 'closed' ? undefined : app.close()),
    });
  }

  /** Makes the application; it is closed after the test. */
  async function create(
    kind: Kind,
    { server: strategy }: MessageTransport,
    providers: Provider[] = [],
    options: EventBusModuleOptions = { logging: false },
  ): Promise<{ app: INestApplicationContext; listen(): Promise<unknown> }> {
    @Module({
      imports: [EventBusModule.forRoot(options)],
      controllers: [OrdersController],
      providers: [Pool, Orders, ...providers],
    })
    class AppModule {}
    if (kind === 'a microservice') {
      const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
        strategy,
        logger: false,
      });
      closeAfterwards(app);
      return { app, listen: () => app.listen() };
    }
    const app = await NestFactory.create(AppModule, { logger: false });
    closeAfterwards(app);
    app.connectMicroservice<MicroserviceOptions>({ strategy });
    return { app, listen: () => app.startAllMicroservices() };
  }

  /** Starts the application as a whole. */
  async function start(...args: Parameters<typeof create>): Promise<INestApplicationContext> {
    const { app, listen } = await create(...args);
    await listen();
    return app.init();
  }

  it.each(Object.keys(TRANSPORTS) as Transport[])(
    'waits for the start, where transports listen before: %s',
    async (way) => {
      const transport = transportOf(way);
      const { app, listen } = await create('a hybrid application', transport);
      await listen();
      expect(await transport.send('order.place', 'A')).toBe('order:placed');
      const orders = app.get(Orders);
      expect(orders.begun).toBe(0);
      await app.init();
      orders.gate.resolve();
      await app.get(RootEventBus).idle();
      expect(orders.handled).toEqual(['A: open']);
    },
  );

  it.each(KINDS)(
    'is heard by handlers that were found, and had what came before the start: %s',
    async (kind) => {
      const begunDuringInit: number[] = [];

      @Injectable()
      class Early {
        constructor(
          private readonly bus: EventBus,
          private readonly orders: Orders,
        ) {}
        onModuleInit(): void {
          this.bus.emit('order:early', 'A');
          begunDuringInit.push(this.orders.begun);
        }
      }
      const transport = transportOf('over TCP');
      const app = await start(kind, transport, [Early]);
      await transport.send('order.place', 'B');
      const orders = app.get(Orders);
      orders.gate.resolve();
      await app.get(RootEventBus).idle();
      expect([begunDuringInit, orders.handled]).toEqual([[0], ['A: open', 'B: open']]);
    },
  );

  it.each(EVERY_CASE)(
    'before the shutdown finishes while what handlers need is open: %s, %s',
    async (kind, way) => {
      const transport = transportOf(way);
      const app = await start(kind, transport);
      const orders = app.get(Orders);
      await transport.emit('order.note', 'A');
      await transport.send('order.place', 'B');
      expect(orders.begun).toBe(2);
      const closed = app.close();
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      expect(orders.handled).toEqual([]);
      orders.gate.resolve();
      await closed;
      expect(orders.handled).toEqual(['A: open', 'B: open']);
      expect(await app.get(RootEventBus).close()).toMatchObject({ drained: 2, aborted: [], dropped: 0 });
    },
  );

  it.each([
    // A microservice closes its own transport before all else.
    ['a hybrid application', 'over TCP'],
    ['a hybrid application', 'in the process'],
    ['a microservice', 'in the process'],
  ] as const)('during the shutdown finishes before the next of its steps: %s, %s', async (kind, way) => {
    const transport = transportOf(way);

    @Injectable()
    class Messenger {
      constructor(private readonly orders: Orders) {}
      async onModuleDestroy(): Promise<void> {
        await transport.send('order.place', 'A');
        setImmediate(this.orders.gate.resolve);
      }
    }
    const app = await start(kind, transport, [Messenger]);
    await app.close();
    expect(app.get(Orders).handled).toEqual(['A: destroyed']);
  });

  it.each(KINDS)(
    'after the shutdown is dropped, counted and warned of, and the message is answered: %s',
    async (kind) => {
      const { logger, lines } = captureLog('warn');
      const transport = transportOf('in the process');
      const app = await start(kind, transport, [], { logging: { logger } });
      const answer = transport.send('order.check', 'A');
      await app.close();
      app.get(OrdersController).checks.resolve();
      expect(await answer).toBe('closed');
      expect(await transport.send('order.place', 'B')).toBe('order:placed');
      expect(app.get(Orders).begun).toBe(0);
      expect(app.get(RootEventBus).inspect().counters.dropped).toBe(2);
      expect(lines).toMatchObject([
        { level: 40, topic: 'order:checked' },
        { level: 40, topic: 'order:placed' },
      ]);
    },
  );

  it('is handled or counted, each event, while messages go on all through the shutdown', async () => {
    const transport = transportOf('over TCP');
    let answered = 0;
    let wanted = 0;
    let answeredMore = (): void => {};

    /** Delays the shutdown until messages have come during it. */
    @Injectable()
    class Delay {
      async onModuleDestroy(): Promise<void> {
        await new Promise<void>((resolve) => (answeredMore = () => answered >= wanted && resolve()));
      }
    }
    const app = await start('a hybrid application', transport, [Delay]);
    const orders = app.get(Orders);
    orders.gate.resolve();
    let isClosed = false;
    // Some versions of Nest leave connections open that were made before; the others end the last message.
    const sending = (async () => {
      for (; !isClosed; answered++, answeredMore()) await transport.send('order.place', String(answered));
    })().catch(() => {});
    wanted = answered + 10;
    await app.close();
    isClosed = true;
    await sending;
    const { drained, aborted } = await app.get(RootEventBus).close();
    const { dropped } = app.get(RootEventBus).inspect().counters;
    expect(orders.handled.length + dropped).toBe(app.get(OrdersController).placed);
    expect([orders.begun, aborted]).toEqual([orders.handled.length, []]);
    expect(drained).toBeGreaterThanOrEqual(10);
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
