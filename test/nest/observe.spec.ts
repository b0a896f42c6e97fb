import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, type MessageEvent, Module, Res, Sse } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type BusEvent,
  EventBus,
  EventBusModule,
  InvalidPatternError,
  observe,
  RootEventBus,
} from 'nestjs-event-bus';
import { concatMap, firstValueFrom, lastValueFrom, map, NEVER, type Observable, take, toArray } from 'rxjs';
import { startApp } from './app.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const subscriptions = (root: RootEventBus): number => root.inspect().subscriptions.length;

describe('observe', () => {
  let cleanUp: () => Promise<void> = async () => {};
  afterEach(() => cleanUp());

  it('is an Observable of the events that match', async () => {
    const bus = new RootEventBus();
    const events = lastValueFrom(observe(bus, 'order:*').pipe(take(2), toArray()));
    bus.emit('order:placed', 1);
    bus.emit('user:joined', 2);
    bus.emit('order:paid', 3);
    expect((await events).map(({ topic, data }) => [topic, data])).toEqual([
      ['order:placed', 1],
      ['order:paid', 3],
    ]);
  });

  it('subscribes for each subscriber from its subscription on, and not before', async () => {
    const bus = new RootEventBus();
    const orders = observe(bus, 'order:*');
    expect(subscriptions(bus)).toBe(0);
    const seen: [string, unknown][] = [];
    const one = orders.subscribe(({ data }) => seen.push(['one', data]));
    bus.emit('order:placed', 1);
    await nextTurn();
    const two = orders.subscribe(({ data }) => seen.push(['two', data]));
    bus.emit('order:placed', 2);
    await nextTurn();
    expect(seen).toEqual([
      ['one', 1],
      ['one', 2],
      ['two', 2],
    ]);
    one.unsubscribe();
    two.unsubscribe();
  });

  it('is torn down at once when unsubscribed, though no event comes any more', () => {
    const bus = new RootEventBus();
    const subscription = observe(bus, 'order:*').subscribe();
    expect(subscriptions(bus)).toBe(1);
    subscription.unsubscribe();
    expect(subscriptions(bus)).toBe(0);
  });

  it('delivers nothing after it was unsubscribed, not even what was queued', async () => {
    const bus = new RootEventBus();
    const seen: unknown[] = [];
    const subscription = observe(bus, 'order:*').subscribe(({ data }) => {
      seen.push(data);
      subscription.unsubscribe();
    });
    for (const n of [1, 2, 3]) bus.emit('order:placed', n);
    await nextTurn();
    expect(seen).toEqual([1]);
  });

  it('completes when the bus closes', async () => {
    const bus = new RootEventBus();
    const all = lastValueFrom(observe(bus, 'order:*').pipe(toArray()));
    bus.emit('order:placed', 1);
    await bus.close();
    expect(await all).toHaveLength(1);
  });

  it('has a bounded queue: of a burst that is longer the oldest are lost', async () => {
    const bus = new RootEventBus();
    const all = lastValueFrom(observe(bus, 'order:*', { capacity: 2 }).pipe(toArray()));
    await nextTurn();
    for (const n of [1, 2, 3, 4, 5]) bus.emit('order:placed', n);
    await bus.close();
    // The first was handed over at once, since the subscriber waited for it.
    expect((await all).map(({ data }) => data)).toEqual([1, 4, 5]);
  });

  it('can’t be asked to wait: what is slow after it has to bound what it keeps itself', async () => {
    const bus = new RootEventBus();
    const slow = observe(bus, 'order:*', { capacity: 2 })
      .pipe(concatMap(() => NEVER))
      .subscribe();
    for (let n = 0; n < 10; n++) {
      bus.emit('order:placed', n);
      await nextTurn();
    }
    expect(bus.inspect().subscriptions).toMatchObject([{ delivered: 10, dropped: 0 }]);
    slow.unsubscribe();
  });

  it('tells of a pattern that can’t be used as an error', async () => {
    const events = observe(new RootEventBus(), 'no pattern');
    await expect(firstValueFrom(events)).rejects.toThrow(InvalidPatternError);
  });

  it('ends with the application', async () => {
    const app = await startApp({});
    const all = lastValueFrom(observe(app.get(EventBus), '**').pipe(toArray()));
    app.get(EventBus).emit('a:b', 1);
    await app.close();
    expect((await all).map(({ topic }) => topic)).toEqual(['a:b', 'system:stopping', 'system:stopped']);
  });

  it('feeds @Sse(), and a client that goes away leaves nothing behind', async () => {
    @Injectable()
    @Controller()
    class Feed {
      constructor(private readonly bus: EventBus) {}

      @Sse('events')
      events(): Observable<MessageEvent> {
        return observe(this.bus, 'order:*').pipe(
          map(({ id, topic, data }: BusEvent) => ({ id, type: topic, data: { data } })),
        );
      }
    }
    @Module({ imports: [EventBusModule.forRoot({ logging: false })], controllers: [Feed] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    const root = app.get(RootEventBus);
    const { port } = app.getHttpServer().address() as AddressInfo;

    const subscribed = new Promise<void>((resolve) => root.observe({ subscribed: () => resolve() }));
    const unsubscribed = new Promise<void>((resolve) => root.observe({ unsubscribed: () => resolve() }));
    const client = request({ port, host: '127.0.0.1', path: '/events' }).end();
    client.on('error', () => {}); // it is torn off below
    cleanUp = async () => {
      cleanUp = async () => {};
      client.destroy();
      await app.close();
    };
    const [response] = (await once(client, 'response')) as [NodeJS.ReadableStream];
    await subscribed;
    const { id } = root.emit('order:placed', { n: 1 });
    let received = '';
    for await (const chunk of response) {
      received += String(chunk);
      if (received.includes('"n":1')) break;
    }
    expect(received).toContain(`event: order:placed\nid: ${id}\ndata: {"data":{"n":1}}\n`);
    client.destroy();
    await unsubscribed;
  });
});

describe('A response that is written from a stream', () => {
  it('keeps no more for a client that stops reading than the stream’s queue holds, and ends with it, without an error', async () => {
    @Injectable()
    @Controller()
    class Feed {
      constructor(private readonly bus: EventBus) {}

      @Get('events')
      async events(@Res() response: ServerResponse): Promise<void> {
        const gone = new AbortController();
        response.once('close', () => gone.abort());
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        const { signal } = gone;
        for await (const { id, topic, data } of this.bus.stream('order:**', { capacity: 10, signal })) {
          const room = response.write(`id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify(data)}\n\n`);
          if (!room) await once(response, 'drain', { signal }).catch(() => {});
        }
        response.end();
        ended();
      }
    }
    let ended!: () => void;
    const loopEnded = new Promise<void>((resolve) => (ended = resolve));
    const errors: unknown[] = [];
    const ignore = (): void => {};
    const logger = { log: ignore, warn: ignore, error: (...what: unknown[]) => void errors.push(what) };
    @Module({ imports: [EventBusModule.forRoot({ logging: false })], controllers: [Feed] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger });
    await app.listen(0, '127.0.0.1');
    const root = app.get(RootEventBus);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const client = request({ port, host: '127.0.0.1', path: '/events' }).end();
    client.on('error', () => {}); // it is torn off below
    try {
      await once(client, 'response'); // and nobody reads it
      const feed = () => root.inspect().subscriptions[0]!;
      const pad = 'x'.repeat(100_000);
      for (let n = 0; n < 2_000 && feed().dropped < 100; n++) {
        root.emit('order:placed', { n, pad });
        await nextTurn();
      }
      expect(feed()).toMatchObject({ dropped: 100, queue: { capacity: 10, waiting: 10 } });
      client.destroy();
      await loopEnded;
      expect(root.inspect().subscriptions).toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      client.destroy();
      await app.close();
    }
  });
});
