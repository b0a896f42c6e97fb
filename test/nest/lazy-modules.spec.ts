import { beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type OnModuleInit, Scope, UseGuards } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { EventBus, Listens, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { LazyModules } from '../../src/nest/lazy-modules.js';
import { controlledPromise } from '../support/controlled-promise.js';
import { captureLog, startApp } from './app.js';

const lines: unknown[] = [];
beforeEach(() => void lines.splice(0));

@Injectable()
class Listener {
  @OnEvent('a:b')
  on(data: unknown): void {
    lines.push(data);
  }
}

@Module({ providers: [Listener], exports: [Listener] })
class Feature {}

const labels = (root: RootEventBus): string[] => root.inspect().subscriptions.map(({ handler }) => handler);

describe('Handlers of a lazily loaded module', () => {
  it('are live when the load resolves', async () => {
    const app = await startApp({});
    app.get(EventBus).emit('a:b', 'before');
    await app.get(LazyModuleLoader).load(() => Feature);
    app.get(EventBus).emit('a:b', 'after');
    expect(lines).toEqual(['after']);
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
  });

  it('are subscribed once, however often it is loaded', async () => {
    const app = await startApp({});
    const loader = app.get(LazyModuleLoader);
    const [first, second] = await Promise.all([loader.load(() => Feature), loader.load(() => Feature)]);
    const third = await loader.load(async () => Feature);
    expect(first.get(Listener)).toBe(third.get(Listener));
    expect(second.get(Listener)).toBe(third.get(Listener));
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
  });

  it('are live when each of two loads at once resolves, also where both have brought them', async () => {
    @Injectable()
    class Guarded {
      on(): void {}
    }
    const method = Object.getOwnPropertyDescriptor(Guarded.prototype, 'on')!;
    const names = Array.from({ length: 20 }, (_, n) => `on${n}`);
    for (const name of names) {
      // Guards take a moment to be found.
      UseGuards(
        class {
          canActivate(): boolean {
            return true;
          }
        },
      )(Guarded.prototype, name, method);
      Object.defineProperty(Guarded.prototype, name, method);
      OnEvent('a:b')(Guarded.prototype, name, method as never);
    }
    @Module({ providers: [Guarded] })
    class Shared {}
    @Module({ imports: [Shared] })
    class One {}
    @Module({ imports: [Shared] })
    class Two {}
    const app = await startApp({});
    const live = [One, Two].map(async (module) => {
      await app.get(LazyModuleLoader).load(() => module);
      return labels(app.get(RootEventBus));
    });
    expect(await Promise.all(live)).toEqual(
      [names, names].map((each) => each.map((name) => `Shared/Guarded.${name}`)),
    );
  });

  it('are those of the modules that it imports, too', async () => {
    @Module({ imports: [Feature], providers: [{ provide: 'L', useExisting: Listener }] })
    class Outer {}
    const app = await startApp({});
    await app.get(LazyModuleLoader).load(() => Outer);
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
  });

  it('are not those of an object that was there already', async () => {
    const useValue = new Listener();
    @Module({ providers: [{ provide: 'AGAIN', useValue }] })
    class Lazy {}
    const app = await startApp({ providers: [{ provide: 'L', useValue }] });
    await app.get(LazyModuleLoader).load(() => Lazy);
    expect(labels(app.get(RootEventBus))).toEqual(['AppModule/Listener.on']);
  });

  it('leave those that were there alone, and they go on', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped extends Listener {}
    @Module({ providers: [Listener, Scoped], exports: [Listener] })
    class Eager {}
    @Module({ imports: [Eager] })
    class Lazy {}
    const app = await startApp({ imports: [Eager] });
    await app.get(LazyModuleLoader).load(() => Lazy);
    (await app.get(EventBus).emitAsync('a:b', 1)).throwIfFailed();
    expect(lines).toEqual([1, 1]);
    expect(labels(app.get(RootEventBus))).toEqual(['Eager/Listener.on', 'Eager/Scoped.on']);
  });

  it('work on request-scoped providers', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped extends Listener {}
    @Module({ providers: [Scoped] })
    class ScopedFeature {}
    const app = await startApp({});
    await app.get(LazyModuleLoader).load(() => ScopedFeature);
    await app.get(EventBus).emitAsync('a:b', 1);
    expect(lines).toEqual([1]);
  });

  it('get what is held for the start, when it is loaded before', async () => {
    @Injectable()
    class Boot implements OnModuleInit {
      constructor(
        private readonly loader: LazyModuleLoader,
        private readonly bus: EventBus,
      ) {}
      async onModuleInit(): Promise<void> {
        this.bus.emit('a:b', 'held');
        await this.loader.load(() => Feature);
        lines.push('loaded');
      }
    }
    await startApp({ providers: [Boot] });
    expect(lines).toEqual(['loaded', 'held']);
  });

  it('are found when a constructor loads it', async () => {
    @Injectable()
    class Boot {
      constructor(loader: LazyModuleLoader) {
        void loader.load(() => Feature);
      }
    }
    const app = await startApp({ providers: [Boot] });
    await app.get(LazyModuleLoader).load(() => Feature);
    app.get(EventBus).emit('a:b', 1);
    expect(lines).toEqual([1]);
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
  });

  it('are found, and so are those of providers that wait for it, when it is loaded before the start', async () => {
    @Injectable()
    class Late extends Listener {
      @Inject('LOADED') readonly loaded!: unknown;
    }
    const loaded = {
      provide: 'LOADED',
      useFactory: async (loader: LazyModuleLoader) => {
        await new Promise((resolve) => setImmediate(resolve)); // until the bus is there
        return loader.load(() => Feature);
      },
      inject: [LazyModuleLoader],
    };
    const { logger, lines: logged } = captureLog('warn');
    const app = await startApp({ providers: [Late, loaded] }, { logging: { logger } });
    expect(labels(app.get(RootEventBus)).toSorted()).toEqual(['AppModule/Late.on', 'Feature/Listener.on']);
    expect(logged).toEqual([]);
  });

  it('don’t wait for, nor touch, another module that is still being loaded', async () => {
    const connected = controlledPromise();
    @Injectable()
    class Slow {
      @OnEvent('a:b')
      on(): void {}
    }
    @Module({ providers: [{ provide: 'CONNECTION', useFactory: () => connected.promise }, Slow, slowUser()] })
    class SlowModule {}
    const { logger, lines: logged } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    const loader = app.get(LazyModuleLoader);
    const slow = loader.load(() => SlowModule);
    await loader.load(() => Feature);
    expect(labels(app.get(RootEventBus))).toContain('Feature/Listener.on');
    expect(labels(app.get(RootEventBus))).not.toContain('SlowModule/SlowUser.on');
    connected.resolve();
    await slow;
    expect(labels(app.get(RootEventBus)).toSorted()).toEqual([
      'Feature/Listener.on',
      'SlowModule/Slow.on',
      'SlowModule/SlowUser.on',
    ]);
    expect(logged).toEqual([]);
  });

  it('are none when the load fails, which hinders no other', async () => {
    const { logger, lines: logged } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    const loader = app.get(LazyModuleLoader);
    await expect(loader.load(() => Promise.reject(new Error('no such file')))).rejects.toThrow(
      'no such file',
    );
    await loader.load(() => Feature);
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
    expect(logged).toEqual([]);
  });

  it('fail the load when they can’t be used, and are found when it is tried again', async () => {
    const broken = Object.assign(new Listener(), { on: undefined });
    @Module({ providers: [{ provide: 'L', useValue: broken }] })
    class Broken {}
    const app = await startApp({});
    const loader = app.get(LazyModuleLoader);
    await expect(loader.load(() => Broken)).rejects.toThrow('@OnEvent() on Listener.on:');
    Object.assign(broken, { on: () => {} });
    await loader.load(() => Broken);
    expect(labels(app.get(RootEventBus))).toEqual(['Broken/Listener.on']);
  });

  it('that can’t be used fail the load of the module that has them, or imports it, and no other', async () => {
    @Injectable()
    class Forbidden {
      @OnEvent('secret:told')
      on(): void {}
    }
    @Listens('a:b')
    @Module({ providers: [Forbidden] })
    class Refused {}
    const broken = Object.assign(new Listener(), { on: undefined });
    @Module({ providers: [{ provide: 'L', useValue: broken }] })
    class Broken {}
    @Module({ imports: [Broken] })
    class ImportsBroken {}
    const app = await startApp({});
    const loader = app.get(LazyModuleLoader);
    await expect(loader.load(() => Refused)).rejects.toThrow(
      'Refused/Forbidden.on may not hear "secret:told"',
    );
    await expect(loader.load(() => Broken)).rejects.toThrow('@OnEvent() on Listener.on:');
    await loader.load(() => Feature);
    expect(labels(app.get(RootEventBus))).toEqual(['Feature/Listener.on']);
    await expect(loader.load(() => Refused)).rejects.toThrow('Refused/Forbidden.on');
    await expect(loader.load(() => ImportsBroken)).rejects.toThrow('@OnEvent() on Listener.on:');
  });

  it('are warned of where they can’t be called', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Lost extends Listener {}
    @Module({ providers: [Lost] })
    class LostFeature {}
    const { logger, lines: logged } = captureLog('warn');
    const app = await startApp({}, { logging: { logger } });
    await app.get(LazyModuleLoader).load(() => LostFeature);
    await app.get(LazyModuleLoader).load(() => Feature);
    expect(logged.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^LostFeature\/Lost\.on will never be called/),
    ]);
  });
});

describe('Lazy modules', () => {
  it('are loading until their load has ended, either way', async () => {
    const app = await startApp({});
    const loader = app.get(LazyModuleLoader);
    const lazyModules = new LazyModules(loader, async () => {});
    const load = loader.load(() => Feature);
    const failing = loader.load(() => Promise.reject(new Error('no such file')));
    expect(lazyModules.isLoading).toBe(true);
    await load;
    await expect(failing).rejects.toThrow('no such file');
    expect(lazyModules.isLoading).toBe(false);
  });
});

function slowUser() {
  @Injectable()
  class SlowUser {
    @OnEvent('a:b')
    on(): void {}
  }
  const wait = (): SlowUser => new SlowUser();
  return { provide: SlowUser, useFactory: wait, inject: ['CONNECTION'] };
}
