import type { OnModuleInit, Type } from '@nestjs/common';
import { Injectable, Module } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent as OnEmitterEvent } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { EventBus, EventBusModule, OnEvent } from 'nestjs-event-bus';

/** What a scenario needs of a bus, so that both run the same code. */
interface Contender {
  readonly name: string;
  readonly module: () => ReturnType<typeof EventBusModule.forRoot>;
  readonly token: Type<{
    emit(topic: string, data?: unknown): unknown;
    emitAsync(topic: string, data?: unknown): Promise<unknown>;
  }>;
  readonly on: (pattern: string | string[]) => MethodDecorator;
}

const EMITTER: Contender = {
  name: '@nestjs/event-emitter',
  module: () => EventEmitterModule.forRoot(),
  token: EventEmitter2,
  on: (pattern) => OnEmitterEvent(pattern),
};
const BUS: Contender = {
  name: 'nestjs-event-bus',
  module: () => EventBusModule.forRoot({ logging: false }),
  token: EventBus as unknown as Contender['token'],
  on: (pattern) => OnEvent(pattern) as MethodDecorator,
};

async function start({ module }: Contender, metadata: Parameters<typeof Module>[0]) {
  @Module({ ...metadata, imports: [module()] })
  class AppModule {}
  const app = (await Test.createTestingModule({ imports: [AppModule] }).compile()).createNestApplication({
    logger: false,
  });
  return app.init();
}

/** A promise that is settled from outside. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Each: what happens, run with both. The table in the README says the same. */
const SCENARIOS: Readonly<Record<string, (contender: Contender) => Promise<unknown>>> = {
  async 'how many events that onModuleInit emits arrive'(contender) {
    const heard: unknown[] = [];
    @Injectable()
    class Listener {
      @contender.on('app:warm')
      hear(data: unknown) {
        heard.push(data);
      }
    }
    class Emitting implements OnModuleInit {
      constructor(private readonly bus: { emit(topic: string, data?: unknown): unknown }) {}
      onModuleInit() {
        this.bus.emit('app:warm', 1);
      }
    }
    const emitting = {
      provide: Emitting,
      useFactory: (bus: never) => new Emitting(bus),
      inject: [contender.token],
    };
    const app = await start(contender, { providers: [Listener, emitting] });
    await app.close();
    return heard.length;
  },

  async 'how often a handler runs whose object stands under two tokens'(contender) {
    let runs = 0;
    @Injectable()
    class Listener {
      @contender.on('order:placed')
      hear() {
        runs++;
      }
    }
    const app = await start(contender, {
      providers: [
        Listener,
        { provide: 'ALIAS', useFactory: (listener: unknown) => listener, inject: [Listener] },
      ],
    });
    app.get(contender.token).emit('order:placed');
    await app.close();
    return runs;
  },

  async 'how many of two topics a handler with a list of them hears'(contender) {
    let runs = 0;
    @Injectable()
    class Listener {
      @contender.on(['order:placed', 'order:paid'])
      hear() {
        runs++;
      }
    }
    const app = await start(contender, { providers: [Listener] });
    app.get(contender.token).emit('order:placed');
    app.get(contender.token).emit('order:paid');
    await app.close();
    return runs;
  },

  async 'whether a wildcard matches with the default options'(contender) {
    let heard = false;
    @Injectable()
    class Listener {
      @contender.on('order.*')
      hear() {
        heard = true;
      }
    }
    const app = await start(contender, { providers: [Listener] });
    app.get(contender.token).emit('order.placed');
    await app.close();
    return heard;
  },

  async 'whether emitAsync tells that a handler failed'(contender) {
    @Injectable()
    class Listener {
      @contender.on('order:placed')
      async hear() {
        throw new Error('no stock');
      }
    }
    const app = await start(contender, { providers: [Listener] });
    const answer = await app.get(contender.token).emitAsync('order:placed');
    await app.close();
    return JSON.stringify(answer, (_key, value: unknown) =>
      value instanceof Error ? value.message : value,
    ).includes('no stock');
  },

  async 'whether closing the app waits for a handler that is running'(contender) {
    const { opened, open } = gate();
    let finished = false;
    @Injectable()
    class Listener {
      @contender.on('order:placed')
      async hear() {
        await opened;
        finished = true;
      }
    }
    const app = await start(contender, { providers: [Listener] });
    app.get(contender.token).emit('order:placed');
    setImmediate(open);
    const closed = app.close().then(() => finished);
    // Whoever doesn't wait has closed before the handler's turn.
    return closed;
  },
};

describe('Compared with @nestjs/event-emitter', () => {
  it.each([
    ['how many events that onModuleInit emits arrive', 0, 1],
    ['how often a handler runs whose object stands under two tokens', 2, 1],
    ['how many of two topics a handler with a list of them hears', 0, 2],
    ['whether a wildcard matches with the default options', false, true],
    ['whether emitAsync tells that a handler failed', false, true],
    ['whether closing the app waits for a handler that is running', false, true],
  ])('%s: %p there, %p here', async (scenario, there, here) => {
    expect(await SCENARIOS[scenario]!(EMITTER)).toBe(there);
    expect(await SCENARIOS[scenario]!(BUS)).toBe(here);
  });
});
