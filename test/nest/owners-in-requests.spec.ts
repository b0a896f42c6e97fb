import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type NestInterceptor,
  type NestMiddleware,
  type NestModule,
  type PipeTransform,
  Query,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type WebSocketAdapter,
  type WsMessageHandler,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory, REQUEST } from '@nestjs/core';
import { AbstractWsAdapter, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { EventBus, EventBusModule, RootEventBus } from 'nestjs-event-bus';

let app: INestApplication | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** Serves a module called Web, asks it for `/` twice, and answers the sources of what was emitted. */
async function sourcesIn(metadata: ModuleMetadata, middleware: Type<unknown>[] = []) {
  @Module(metadata)
  class Web implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      if (middleware.length > 0) consumer.apply(...middleware).forRoutes(Pages);
    }
  }
  await start(Web);
  for (let time = 0; time < 2; time++) {
    const response = await fetch(await app!.getUrl(), { signal: AbortSignal.timeout(5_000) });
    await response.text();
  }
  return sources();
}

/** Starts an application of the bus and a module. */
async function start(web: Type<unknown>, adapter?: WebSocketAdapter): Promise<void> {
  @Module({ imports: [EventBusModule.forRoot({ logging: false }), web] })
  class AppModule {}
  app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  if (adapter !== undefined) app.useWebSocketAdapter(adapter);
  await app.listen(0);
}

/** The sources of what was emitted, by topic. */
function sources(): Record<string, unknown[]> {
  const byTopic: Record<string, unknown[]> = {};
  for (const { topic, source } of app!.get(RootEventBus).history.recent({ pattern: 'by.*', limit: 100 })) {
    const known = (byTopic[topic.slice('by.'.length)] ??= []);
    if (!known.includes(source)) known.push(source);
  }
  return byTopic;
}

@Injectable()
class Guard implements CanActivate {
  constructor(readonly bus: EventBus) {}
  canActivate(): boolean {
    this.bus.emit('by.guard');
    return true;
  }
}

@Injectable()
class Interceptor implements NestInterceptor {
  constructor(readonly bus: EventBus) {}
  intercept(_context: ExecutionContext, next: CallHandler) {
    this.bus.emit('by.interceptor');
    return next.handle();
  }
}

@Injectable()
class Pipe implements PipeTransform {
  constructor(readonly bus: EventBus) {}
  transform(value: unknown): unknown {
    this.bus.emit('by.pipe');
    return value;
  }
}

@Injectable()
@Catch()
class Filter implements ExceptionFilter {
  constructor(readonly bus: EventBus) {}
  catch(_error: unknown, host: ArgumentsHost): void {
    this.bus.emit('by.filter');
    host.switchToHttp().getResponse<{ end(): void }>().end();
  }
}

/** Fails, so that filters have their turn. */
@Controller()
class Pages {
  constructor(readonly bus: EventBus) {}
  @Get()
  get(@Query('page') _page: unknown): void {
    this.bus.emit('by.controller');
    throw new Error('for the filter');
  }
}

@UseGuards(Guard)
@UseInterceptors(Interceptor)
@UsePipes(Pipe)
@UseFilters(Filter)
@Controller()
class EnhancedPages extends Pages {
  @Get()
  override get(@Query('page') page: unknown): void {
    super.get(page);
  }
}

@Injectable()
class Middleware implements NestMiddleware {
  constructor(readonly bus: EventBus) {}
  use(_request: unknown, _response: unknown, next: () => void): void {
    this.bus.emit('by.middleware');
    next();
  }
}

@Injectable({ scope: Scope.REQUEST })
class ScopedMiddleware implements NestMiddleware {
  constructor(readonly bus: EventBus) {}
  use(_request: unknown, _response: unknown, next: () => void): void {
    this.bus.emit('by.scoped-middleware');
    next();
  }
}

/** WebSockets without sockets: each gateway has one client, which can say something. */
class Wire extends AbstractWsAdapter {
  readonly #handlers: WsMessageHandler[] = [];

  override create(): object {
    return {};
  }
  override bindClientConnect(_server: object, connect: (client: object) => void): void {
    setImmediate(() => connect({}));
  }
  override bindMessageHandlers(_client: object, handlers: WsMessageHandler[]): void {
    this.#handlers.push(...handlers);
  }
  override bindClientDisconnect(): void {}
  override async close(): Promise<void> {}

  async say(message: string): Promise<void> {
    while (this.#handlers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const handler of this.#handlers) {
      if (handler.message === message) await (handler.callback as (data: unknown) => unknown)('hello');
    }
  }
}

describe('The owner of a bus that is injected into what serves requests', () => {
  it('is found for guards, interceptors, pipes and filters, in the module of the controller', async () => {
    @Module({ providers: [Guard, Interceptor, Pipe, Filter] })
    class Elsewhere {}
    expect(await sourcesIn({ imports: [Elsewhere], controllers: [EnhancedPages] })).toEqual({
      controller: ['Web/EnhancedPages'],
      guard: ['Web/Guard'],
      interceptor: ['Web/Interceptor'],
      pipe: ['Web/Pipe'],
      filter: ['Web/Filter'],
    });
  });

  it('is found for global guards, interceptors, pipes and filters, in the module that provides them', async () => {
    @Module({
      providers: [
        { provide: APP_GUARD, useClass: Guard },
        { provide: APP_INTERCEPTOR, useClass: Interceptor },
        { provide: APP_PIPE, useClass: Pipe },
        { provide: APP_FILTER, useClass: Filter },
      ],
    })
    class Globals {}
    expect(await sourcesIn({ imports: [Globals], controllers: [Pages] })).toEqual({
      controller: ['Web/Pages'],
      guard: ['Globals/Guard'],
      interceptor: ['Globals/Interceptor'],
      pipe: ['Globals/Pipe'],
      filter: ['Globals/Filter'],
    });
  });

  it('is found for request-scoped guards, and for the controllers that become request-scoped by them', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedGuard extends Guard {}
    @UseGuards(ScopedGuard)
    @Controller()
    class ScopedPages extends Pages {
      @Get()
      override get(): void {
        super.get(undefined);
      }
    }
    expect(await sourcesIn({ controllers: [ScopedPages] })).toEqual({
      controller: ['Web/ScopedPages'],
      guard: ['Web/ScopedGuard'],
    });
  });

  it('is found for middleware, in the module that applies it, also where another module provides its class', async () => {
    @Module({ providers: [Middleware, ScopedMiddleware] })
    class Elsewhere {}
    const middleware = [Middleware, ScopedMiddleware];
    expect(await sourcesIn({ imports: [Elsewhere], controllers: [Pages] }, middleware)).toEqual({
      controller: ['Web/Pages'],
      middleware: ['Web/Middleware'],
      'scoped-middleware': [expect.stringMatching(/^(Web\/)?ScopedMiddleware$/)],
    });
  });

  it('is found for request-scoped and durable providers of other modules, each in its own', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      constructor(readonly bus: EventBus) {}
    }
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Durable {
      @Inject() readonly bus!: EventBus;
    }
    @Injectable()
    class Contagious {
      constructor(
        @Inject(REQUEST) readonly request: unknown,
        readonly bus: EventBus,
      ) {}
    }
    @Controller()
    class ScopedPages {
      @Inject() readonly bus!: EventBus;
      @Inject() readonly contagious!: Contagious;
      constructor(
        readonly scoped: Scoped,
        readonly durable: Durable,
      ) {}
      @Get()
      get(): void {
        for (const one of [this, this.scoped, this.durable, this.contagious]) {
          one.bus.emit(`by.${one.constructor.name}`);
        }
      }
    }
    const providers = [Scoped, Durable, Contagious];
    @Module({ providers, exports: providers })
    class Shared {}
    expect(await sourcesIn({ imports: [Shared], controllers: [ScopedPages] })).toEqual({
      ScopedPages: ['Web/ScopedPages'],
      Scoped: ['Shared/Scoped'],
      Durable: ['Shared/Durable'],
      Contagious: ['Shared/Contagious'],
    });
  });

  it('is found for gateways, and for the guards on them', async () => {
    @UseGuards(Guard)
    @WebSocketGateway()
    class Gateway {
      constructor(readonly bus: EventBus) {}
      @SubscribeMessage('say')
      say(): void {
        this.bus.emit('by.gateway');
      }
    }
    @Module({ providers: [Guard] })
    class Elsewhere {}
    @Module({ imports: [Elsewhere], providers: [Gateway] })
    class Sockets {}
    const wire = new Wire();
    await start(Sockets, wire);
    await wire.say('say');
    expect(sources()).toEqual({ gateway: ['Sockets/Gateway'], guard: ['Sockets/Guard'] });
  });

  it('is nobody for transient guards, for what is transient behind them, and for controllers in whose name these ask', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Helper {
      constructor(readonly bus: EventBus) {}
    }
    @Module({ providers: [Helper], exports: [Helper] })
    class Shared {}
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientGuard extends Guard {
      @Inject() readonly helper!: Helper;
      override canActivate(): boolean {
        this.helper.bus.emit('by.helper');
        return super.canActivate();
      }
    }
    @UseGuards(TransientGuard)
    @Controller()
    class GuardedPages extends Pages {
      @Get()
      override get(): void {
        super.get(undefined);
      }
    }
    const byTopic = await sourcesIn({ imports: [Shared], controllers: [GuardedPages] });
    // Nest 11.0.0 and 12.0.1 don't instantiate such a guard, so that requests fail.
    for (const found of Object.values(byTopic)) expect(found).toEqual([undefined]);
  });
});
