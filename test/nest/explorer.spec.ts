import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  Module,
  type ModuleMetadata,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { ModulesContainer, REQUEST } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
import { Test } from '@nestjs/testing';
import { EventBus, EventBusModule, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { Explorer } from '../../src/nest/explorer.js';
import { captureLog, startApp } from './app.js';

@Injectable()
class Listener {
  readonly seen: unknown[] = [];

  @OnEvent('a:b')
  on(data: unknown): void {
    this.seen.push(data);
  }
}

/** The labels of the subscriptions that an application ends up with. */
async function labelsOf(metadata: ModuleMetadata): Promise<string[]> {
  const app = await startApp(metadata);
  return app
    .get(RootEventBus)
    .inspect()
    .subscriptions.map(({ handler }) => handler);
}

/** The warnings with which an application starts. */
async function warningsOf(metadata: ModuleMetadata): Promise<string[]> {
  const { logger, lines } = captureLog('warn');
  await startApp(metadata, { logging: { logger } });
  return lines.map(({ msg }) => msg);
}

describe('The explorer', () => {
  it.each<[string, ModuleMetadata['providers'], unknown]>([
    ['useClass', [{ provide: 'L', useClass: Listener }], 'L'],
    ['useFactory', [{ provide: 'L', useFactory: () => new Listener() }], 'L'],
    ['async useFactory', [{ provide: 'L', useFactory: async () => new Listener() }], 'L'],
    ['useValue', [{ provide: 'L', useValue: new Listener() }], 'L'],
    ['useExisting', [Listener, { provide: 'L', useExisting: Listener }], 'L'],
  ])('finds the handlers of what %s provides', async (_, providers, token) => {
    const app = await startApp({ providers: providers ?? [] });
    app.get(EventBus).emit('a:b', 1);
    expect(app.get<Listener>(token as string).seen).toEqual([1]);
  });

  it('finds an object under several tokens once', async () => {
    const labels = await labelsOf({
      providers: [
        { provide: 'ALIAS', useExisting: Listener },
        { provide: 'ALIAS OF ALIAS', useExisting: 'ALIAS' },
        { provide: 'FACTORY', useFactory: (listener: Listener) => listener, inject: [Listener] },
        Listener,
      ],
    });
    expect(labels).toEqual(['AppModule/Listener.on']);
  });

  it('finds an object that several modules hold once, as the module’s that made it', async () => {
    @Module({ providers: [Listener], exports: [Listener] })
    class Home {}
    @Module({
      imports: [Home],
      providers: [{ provide: 'L', useFactory: (listener: Listener) => listener, inject: [Listener] }],
    })
    class Guest {}
    expect(await labelsOf({ imports: [Guest, Home] })).toEqual(['Home/Listener.on']);
  });

  it('doesn’t take an alias in another module for a holder', async () => {
    @Module({ providers: [{ provide: 'L', useFactory: () => new Listener() }], exports: ['L'] })
    class Home {}
    @Module({ imports: [Home], providers: [{ provide: 'ALIAS', useExisting: 'L' }] })
    class Guest {}
    expect(await labelsOf({ imports: [Guest, Home] })).toEqual(['Home/Listener.on']);
  });

  it('finds an object that several modules were given once, and calls it no module’s', async () => {
    const shared = new Listener();
    @Module({ providers: [{ provide: 'ONE', useValue: shared }] })
    class One {}
    @Module({ providers: [{ provide: 'TWO', useValue: shared }] })
    class Two {}
    expect(await labelsOf({ imports: [One, Two] })).toEqual(['Listener.on']);
    expect(await labelsOf({ imports: [One] })).toEqual(['One/Listener.on']);
  });

  it('finds a module that is imported many times once, and handlers of module classes', async () => {
    @Module({ providers: [Listener] })
    class Feature {
      @OnEvent('a:b')
      on(): void {}
    }
    @Module({ imports: [Feature] })
    class Other {}
    expect(await labelsOf({ imports: [Feature, Other] })).toEqual([
      'Feature/Feature.on',
      'Feature/Listener.on',
    ]);
  });

  it('leaves every other provider alone: objects without prototype, accessors, proxies, functions', async () => {
    const touched: string[] = [];
    const touch = (what: string) => () => {
      touched.push(what);
      return undefined;
    };
    const proxied = new Proxy(
      {},
      { get: touch('get'), has: () => !touch('has')(), ownKeys: () => [touch('ownKeys')() ?? 'key'] },
    );
    const accessors = Object.defineProperties(Object.create({}), {
      on: { enumerable: true, get: touch('on') },
      constructor: { get: touch('constructor') },
    }) as object;
    const values = [
      Object.create(null),
      proxied,
      accessors,
      () => {},
      5,
      null,
      undefined,
      'text',
      Symbol('s'),
    ];
    const providers = values.map((useValue: unknown, index) => ({ provide: `VALUE ${index}`, useValue }));
    const app = await startApp({ providers: [...providers, Listener] });
    touched.length = 0; // Nest itself looks for hooks and for `then`
    const { hosts, deaf } = new Explorer(app.get(ModulesContainer)).explore();
    expect(hosts.map(({ instance }) => instance)).toEqual([app.get(Listener)]);
    expect(deaf).toEqual([]);
    expect(touched).toEqual([]);
  });

  it('finds what a test put in place of a provider, and not what it replaced', async () => {
    class Fake extends Listener {}
    const fake = new Fake();
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [Listener],
    })
      .overrideProvider(Listener)
      .useValue(fake)
      .compile();
    await moduleRef.init();
    moduleRef.get(EventBus).emit('a:b', 1);
    expect(fake.seen).toEqual([1]);
    await moduleRef.close();
  });
});

describe('Handlers that can’t be called', () => {
  @Injectable({ scope: Scope.TRANSIENT })
  class Lost {
    @OnEvent('a:b')
    on(): void {}
    @OnEvent(['a:c', 'a:d'])
    onMore(): void {}
  }

  it('on a transient provider are named in one warning', async () => {
    expect(await warningsOf({ providers: [Lost] })).toEqual([
      expect.stringMatching(
        /^AppModule\/Lost\.on, AppModule\/Lost\.onMore will never be called: its provider is transient/,
      ),
    ]);
  });

  it.each([
    ['request-scoped', { scope: Scope.REQUEST, useFactory: () => new Listener() }],
    ['durable', { scope: Scope.REQUEST, durable: true, useFactory: () => new Listener() }],
    ['given what is request-scoped', { inject: [REQUEST], useFactory: () => new Listener() }],
  ])('on what a factory makes for each request are named by its token, a class: %s', async (_, factory) => {
    const provider = { provide: Listener, ...factory };
    expect(await warningsOf({ providers: [provider] })).toEqual([
      'AppModule/Listener.on will never be called: a factory makes its provider anew for each request, and what it ' +
        'makes is not known before. Move it to a provider of default scope.',
    ]);
    expect(await warningsOf({ providers: [{ ...provider, provide: 'L' }] })).toEqual([]);
  });

  it('on what a factory makes for whoever injects it are named by its token, a class', async () => {
    const scope = Scope.TRANSIENT;
    const providers = [{ provide: Listener, scope, useFactory: () => new Listener() }];
    expect(await warningsOf({ providers })).toEqual([
      expect.stringMatching(/^AppModule\/Listener\.on will never be called: its provider is transient/),
    ]);
  });

  it('are not those of a singleton whose token is another class', async () => {
    const providers = [{ provide: Listener, useFactory: () => ({ on: () => {} }) }];
    expect(await warningsOf({ providers })).toEqual([]);
  });

  it('on a provider that Nest never instantiated are named in one warning', async () => {
    const { logger, lines } = captureLog('warn');
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: { logger } })],
      providers: [Listener],
    }).compile();
    for (const { providers } of moduleRef.get(ModulesContainer).values()) {
      const placeholder = Object.create(Listener.prototype) as Listener;
      providers
        .get(Listener)
        ?.setInstanceByContextId(STATIC_CONTEXT, { instance: placeholder, isResolved: false });
    }
    await moduleRef.init();
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/Listener\.on will never be called: its provider was never instantiated/),
    ]);
    moduleRef.get(EventBus).emit('a:b', 1);
    expect(moduleRef.get(RootEventBus).inspect().subscriptions).toEqual([]);
    await moduleRef.close();
  });

  it('on a class that is only a guard are named, on a guard that is a provider they are called', async () => {
    @Injectable()
    class Guard extends Listener implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    class Pages {
      @UseGuards(Guard)
      @Get()
      get(): void {}
    }
    expect(await warningsOf({ controllers: [Pages] })).toEqual([
      expect.stringMatching(/^AppModule\/Guard\.on will never be called: it is only a guard/),
    ]);
    expect(await warningsOf({ controllers: [Pages], providers: [Guard] })).toEqual([]);
  });
});
