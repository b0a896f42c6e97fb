import { Agent, request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBus, EventBusModule, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { controlledPromise } from '../support/controlled-promise.js';
import { captureLog } from './app.js';

/** A connection for each request: Node's server doesn't close one that is kept busy. */
const agent = new Agent({ keepAlive: false });

/** Answers the status, or undefined when no server answered. */
function post(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(`${url}/orders`, { method: 'POST', agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', () => resolve(undefined));
    sent.end();
  });
}

/** Handles an order only once the next one has come, so that the bus is never idle while orders go on. */
@Injectable()
class Orders {
  emitted = 0;
  handled = 0;
  readonly handledWhileOpen: number[] = [];
  #isOpen = true;
  #finishLast = (): void => {};

  @OnEvent('order:placed')
  async onPlaced(order: number): Promise<void> {
    this.finishLast();
    await new Promise<void>((resolve) => (this.#finishLast = resolve));
    this.handled++;
    if (this.#isOpen) this.handledWhileOpen.push(order);
  }

  finishLast(): void {
    this.#finishLast();
  }

  onModuleDestroy(): void {
    this.#isOpen = false;
  }
}

@Controller('orders')
class OrdersController {
  constructor(
    private readonly bus: EventBus,
    private readonly orders: Orders,
  ) {}

  @Post()
  place(): void {
    this.bus.emit('order:placed', ++this.orders.emitted);
  }
}

describe('A server that is closed while requests go on', () => {
  it('ends, and loses nothing that it accepted: what it had accepted before finishes while pools are open', async () => {
    @Module({
      imports: [EventBusModule.forRoot({ logging: false, closeTimeout: 1_000 })],
      controllers: [OrdersController],
      providers: [Orders],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const orders = app.get(Orders);
    let accepted = 0;
    const enough = new Promise<void>((resolve) => {
      void send();
      async function send(): Promise<void> {
        for (;;) {
          const status = await post(url);
          if (status === undefined) return orders.finishLast();
          if (status === 201 && ++accepted === 30) resolve();
        }
      }
    });
    await enough;
    const before = orders.emitted;
    await app.close();

    const { drained, dropped, aborted } = await app.get(RootEventBus).close();
    expect(accepted).toBeGreaterThan(before); // requests did go on
    expect([orders.handled, dropped, aborted]).toEqual([orders.emitted, 0, []]);
    expect(orders.emitted).toBeGreaterThanOrEqual(accepted);
    expect(orders.handledWhileOpen).toEqual(
      expect.arrayContaining(Array.from({ length: before }, (_, at) => at + 1)),
    );
    expect(drained).toBeGreaterThan(0);
    expect(await post(url)).toBeUndefined();
  });

  it.each([
    { forceCloseConnections: false, outcome: { handled: 1, dropped: 0, warned: 0 } },
    { forceCloseConnections: true, outcome: { handled: 0, dropped: 1, warned: 1 } },
  ])(
    'handles what requests emit that it has waited for, and counts and warns of what the others do: %j',
    async ({ forceCloseConnections, outcome }) => {
      const { logger, lines } = captureLog('warn');
      const [arrived, serverClosed, gate] = [controlledPromise(), controlledPromise(), controlledPromise()];
      let handled = 0;

      @Controller('orders')
      class SlowController {
        constructor(private readonly bus: EventBus) {}
        @Post()
        async place(): Promise<void> {
          arrived.resolve();
          await gate.promise;
          this.bus.emit('order:placed');
        }
        @OnEvent('order:placed')
        async onPlaced(): Promise<void> {
          await new Promise((resolve) => setImmediate(resolve));
          handled++;
        }
        /** The server is closed next. */
        beforeApplicationShutdown(): void {
          serverClosed.resolve();
        }
      }
      @Module({ imports: [EventBusModule.forRoot({ logging: { logger } })], controllers: [SlowController] })
      class AppModule {}
      const app = await NestFactory.create(AppModule, { logger: false, forceCloseConnections });
      await app.listen(0, '127.0.0.1');
      const status = post(await app.getUrl());
      await arrived.promise;
      const closed = app.close();
      await serverClosed.promise;
      if (forceCloseConnections) await closed;
      gate.resolve();
      await closed;
      expect(await status).toBe(forceCloseConnections ? undefined : 201);
      const { dropped } = app.get(RootEventBus).inspect().counters;
      expect({ handled, dropped, warned: lines.length }).toEqual(outcome);
    },
  );
});
