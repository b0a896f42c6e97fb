import { describe, expect, it } from '@jest/globals';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  forwardRef,
  Inject,
  Injectable,
  Module,
  ParseIntPipe,
  type Provider,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, LazyModuleLoader, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { EventBus, EventBusModule, EventRequest, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { startApp, startRoot } from './app.js';

/** Lets pass what its module's ALLOWED names. */
@Injectable()
class NameGuard implements CanActivate {
  constructor(@Inject('ALLOWED') private readonly allowed: string) {}
  canActivate(context: ExecutionContext): boolean {
    return context.getArgByIndex(0) === this.allowed;
  }
}

const handled: unknown[] = [];

@Injectable()
class OnMethod {
  @UseGuards(NameGuard)
  @OnEvent('a:b')
  on(name: string): void {
    handled.push(name);
  }
}

@Injectable()
@UseGuards(NameGuard)
class OnClass {
  @OnEvent('a:b')
  on(name: string): void {
    handled.push(name);
  }
}

const allowed = (name: string): Provider => ({ provide: 'ALLOWED', useValue: name });

/** What reached handlers of "ann" and "bob", and how many deliveries failed, all with ForbiddenException. */
async function outcomeOf(bus: EventBus): Promise<{ handled: unknown[]; denied: number }> {
  handled.splice(0);
  const failures = [];
  for (const name of ['ann', 'bob']) failures.push(...(await bus.emitAsync('a:b', name)).failures);
  for (const { error } of failures) expect(error).toBeInstanceOf(ForbiddenException);
  return { handled: [...handled], denied: failures.length };
}

function subclassOf(type: Type<object>, scope = Scope.DEFAULT): Type<object> {
  class Sub extends type {}
  Injectable({ scope })(Sub);
  return Sub;
}

const ways = (type: Type<object>): [string, Provider[]][] => [
  ['a provider', [type]],
  ['a provider under another token', [{ provide: 'L', useClass: type }]],
  ['a provider with an alias', [type, { provide: 'L', useExisting: type }]],
  ['a request-scoped provider', [subclassOf(type, Scope.REQUEST)]],
  ['a subclass', [subclassOf(type)]],
  ['an object that a factory made', [{ provide: 'L', useFactory: () => new type() }]],
  ['an object that stands as a value', [{ provide: 'L', useValue: new type() }]],
];

describe('Enhancers', () => {
  const places: [string, Type<object>][] = [
    ['on the method', OnMethod],
    ['on the class', OnClass],
  ];
  const everyWay = places.flatMap(([place, type]) =>
    ways(type).map(([way, providers]) => [place, way, providers] as const),
  );

  it.each(everyWay)('apply on the method and on the class: %s of %s', async (_place, _way, providers) => {
    const app = await startApp({ providers: [allowed('ann'), ...providers] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  it.each(places)('apply in lazily loaded modules: %s', async (_place, type) => {
    @Module({ providers: [allowed('ann'), type] })
    class Lazy {}
    const app = await startApp({});
    await app.get(LazyModuleLoader).load(() => Lazy);
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  it('on a controller’s method apply, those on its class are for requests only', async () => {
    @Controller()
    @UseGuards(NameGuard)
    class Pages extends OnMethod {
      @OnEvent('a:b')
      open(name: string): void {
        handled.push(`open ${name}`);
      }
    }
    const app = await startApp({ controllers: [Pages], providers: [allowed('ann')] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({
      handled: ['open ann', 'ann', 'open bob'],
      denied: 1,
    });
  });

  it.each([
    ['singletons', Scope.DEFAULT],
    ['request-scoped', Scope.REQUEST],
  ])('that are global don’t apply: %s', async (_, scope) => {
    const asked: string[] = [];
    @Injectable({ scope })
    class Global {
      canActivate(): boolean {
        asked.push('guard');
        return false;
      }
      intercept(): never {
        throw new Error('interceptor');
      }
      transform(): never {
        throw new Error('pipe');
      }
      catch(): void {
        asked.push('filter');
      }
    }
    @Controller()
    class Pages {
      @UseGuards({ canActivate: () => true })
      @OnEvent('a:b')
      on(name: string): void {
        handled.push(name);
        throw new ForbiddenException();
      }
    }
    const tokens = [APP_GUARD, APP_INTERCEPTOR, APP_PIPE, APP_FILTER];
    const providers = tokens.map((provide) => ({ provide, useClass: Global, scope }));
    const app = await startApp({ controllers: [Pages], providers });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann', 'bob'], denied: 2 });
    expect(asked).toEqual([]);
  });

  it('get their dependencies from the module of the handler’s provider', async () => {
    const feature = (name: string, provider: Provider) => {
      class Feature {}
      Module({ providers: [allowed(name), provider] })(Feature);
      return Feature;
    };
    const factory = { provide: 'L', useFactory: () => new OnClass() };
    const app = await startApp({
      imports: [feature('ann', OnMethod), feature('bob', OnMethod), feature('bob', factory)],
    });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann', 'bob', 'bob'], denied: 3 });
  });

  it('may stand in a circle of dependencies', async () => {
    @Injectable()
    class CircleGuard extends NameGuard {
      constructor(@Inject(forwardRef(() => 'ALLOWED')) name: string) {
        super(name);
      }
    }
    class Listener {
      @UseGuards(CircleGuard)
      @OnEvent('a:b')
      on(name: string): void {
        handled.push(name);
      }
    }
    const factory = { provide: 'L', useFactory: () => new Listener() };
    const app = await startApp({ providers: [allowed('ann'), factory] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  /** Puts a function of its own in the method's place, and takes no metadata along. */
  const wrap: MethodDecorator = (_target, _method, descriptor) => {
    const original = descriptor.value as unknown as (name: string) => void;
    return { ...descriptor, value: ((name: string) => original(name)) as never };
  };

  it('that a decorator hides by putting another function in the method’s place apply all the same', async () => {
    @Injectable()
    class Listener {
      @OnEvent('a:b')
      @wrap
      @UseGuards(NameGuard)
      below(name: string): void {
        handled.push(name);
      }

      @wrap
      @UseGuards(NameGuard)
      @OnEvent('a:b')
      between(name: string): void {
        handled.push(name);
      }

      @UseGuards(NameGuard)
      @wrap
      @OnEvent('a:b')
      above(name: string): void {
        handled.push(name);
      }
    }
    const app = await startApp({ providers: [allowed('ann'), Listener] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann', 'ann', 'ann'], denied: 3 });
  });

  it('that stand right beside an @OnEvent apply, whatever decorators of that kind are around the two', async () => {
    @Injectable()
    class Listener {
      @wrap
      @UseGuards(NameGuard)
      @OnEvent('a:b')
      @wrap
      above(name: string): void {
        handled.push(name);
      }

      @wrap
      @OnEvent('a:*')
      @wrap
      @OnEvent('a:b')
      @UseGuards(NameGuard)
      @wrap
      below(name: string): void {
        handled.push(name);
      }
    }
    const app = await startApp({ providers: [allowed('ann'), Listener] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann', 'ann'], denied: 2 });
  });

  it('of a handler in a class’s own list are those of the function that the class ends up with', async () => {
    @Injectable()
    class Listener {
      @UseGuards(NameGuard)
      @wrap
      on(name: string): void {
        handled.push(name);
      }
      static {
        const value = [{ method: 'on', pattern: 'a:b' }];
        Object.defineProperty(this.prototype, Symbol.for('nestjs-event-bus:handlers'), { value });
      }
    }
    const app = await startApp({ providers: [allowed('ann'), Listener] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  it('of a function are also those of one that stands for it, and inherits its metadata', async () => {
    const inherit: MethodDecorator = (_target, _method, descriptor) => {
      const original = descriptor.value as unknown as (name: string) => void;
      const value = (name: string): void => original(name);
      return { ...descriptor, value: Object.setPrototypeOf(value, original) as never };
    };
    @Injectable()
    class Listener {
      @inherit
      @inherit
      @UseGuards(NameGuard)
      on(name: string): void {
        handled.push(name);
      }
      static {
        const value = [{ method: 'on', pattern: 'a:b' }];
        Object.defineProperty(this.prototype, Symbol.for('nestjs-event-bus:handlers'), { value });
      }
    }
    const app = await startApp({ providers: [allowed('ann'), Listener] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  it('that a decorator hides by putting another class in the provider’s place apply all the same', async () => {
    const wrap = (type: Type<object>) => new Proxy(type, {}) as never;
    const below = { canActivate: () => true };
    @UseGuards(NameGuard)
    @wrap
    @UseGuards(below)
    class Wrapped {
      @OnEvent('a:b')
      on(name: string): void {
        handled.push(name);
      }
    }
    const app = await startApp({ providers: [allowed('ann'), Wrapped] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
  });

  it('that stand on both guises of a method or class are asked once', async () => {
    let asked = 0;
    const counting = { canActivate: () => ++asked > 0 };
    const copy = <T extends object>(original: T, target: T): T => {
      for (const key of Reflect.getMetadataKeys(original) as string[]) {
        Reflect.defineMetadata(key, Reflect.getMetadata(key, original), target);
      }
      return target;
    };
    const wrap: MethodDecorator = (_target, _method, descriptor) => {
      const original = descriptor.value as never as () => void;
      return { ...descriptor, value: copy(original, () => original()) as never };
    };
    @Injectable()
    class Listener {
      @wrap
      @UseGuards(counting)
      @OnEvent('a:b')
      @OnEvent('a:*')
      on(): void {}
    }
    const app = await startApp({ providers: [Listener] });
    await app.get(EventBus).emitAsync('a:b');
    expect(asked).toBe(1);
  });

  it('are replaced in a test as for requests', async () => {
    const moduleRef = await Test.createTestingModule({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [allowed('ann'), OnMethod],
    })
      .overrideGuard(NameGuard)
      .useValue({ canActivate: () => true })
      .compile();
    await moduleRef.init();
    expect(await outcomeOf(moduleRef.get(EventBus))).toEqual({ handled: ['ann', 'bob'], denied: 0 });
    await moduleRef.close();
  });
});

describe('Enhancers that are not singletons', () => {
  const seen: unknown[] = [];

  @Injectable({ scope: Scope.REQUEST })
  class Unit {}

  @Injectable({ scope: Scope.REQUEST })
  class RequestGuard implements CanActivate {
    constructor(
      @Inject(REQUEST) private readonly request: EventRequest,
      private readonly unit: Unit,
    ) {}
    canActivate(context: ExecutionContext): boolean {
      seen.push(this, this.unit);
      return this.request.event === context.getArgByIndex(1) && this.request.data === 'ann';
    }
  }

  @Injectable()
  class Guarded {
    @Inject(Unit) unit?: Unit;
    @UseGuards(RequestGuard)
    @OnEvent('a:b')
    on(name: string): void {
      seen.push(this.unit);
      handled.push(name);
    }
  }

  it.each([
    ['a provider', Guarded],
    ['an object that a factory made', { provide: 'L', useFactory: () => new Guarded() }],
  ])('are made for each event if they are request-scoped: %s', async (_, provider) => {
    seen.splice(0);
    const app = await startApp({ providers: [Unit, provider] });
    expect(await outcomeOf(app.get(EventBus))).toEqual({ handled: ['ann'], denied: 1 });
    expect(new Set(seen.filter((each) => each instanceof RequestGuard)).size).toBe(2);
  });

  it('share what is request-scoped with the handler’s instance', async () => {
    seen.splice(0);
    const app = await startApp({ providers: [Unit, Guarded] });
    await app.get(EventBus).emitAsync('a:b', 'ann');
    expect(seen).toEqual([expect.any(RequestGuard), expect.any(Unit), expect.any(Unit)]);
    expect(seen[1]).toBe(seen[2]);
  });

  it('whose constructor throws fail the delivery, and let nothing pass', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Broken implements CanActivate {
      constructor() {
        throw new Error('no database');
      }
      canActivate(): boolean {
        return true;
      }
    }
    class Listener {
      @UseGuards(Broken)
      @OnEvent('a:b')
      on(name: string): void {
        handled.push(name);
      }
    }
    handled.splice(0);
    const factory = { provide: 'L', useFactory: () => new Listener() };
    const app = await startApp({ providers: [Listener, factory] });
    const { failures } = await app.get(EventBus).emitAsync('a:b');
    expect(failures.map(({ error }) => error)).toEqual([new Error('no database'), new Error('no database')]);
    expect(handled).toEqual([]);
  });

  it('are made once for each handler if they are transient', async () => {
    let made = 0;
    @Injectable({ scope: Scope.TRANSIENT })
    class Counter implements CanActivate {
      readonly number = ++made;
      constructor(@Inject('ALLOWED') private readonly name: string) {}
      canActivate(): boolean {
        seen.push(`${this.name} ${this.number}`);
        return true;
      }
    }
    @Injectable()
    class Listener {
      @UseGuards(Counter)
      @OnEvent('a:b')
      one(): void {}
      @UseGuards(Counter)
      @OnEvent('a:b')
      two(): void {}
    }
    const app = await startApp({ providers: [allowed('ann'), Listener] });
    seen.splice(0);
    await app.get(EventBus).emitAsync('a:b');
    await app.get(EventBus).emitAsync('a:b');
    const [one, two] = seen;
    expect(one).toMatch(/^ann \d$/);
    expect(two).not.toBe(one);
    expect(seen).toEqual([one, two, one, two]);
  });
});

describe('An enhancer that can’t be had fails the start by name', () => {
  const start = (...providers: Provider[]) =>
    startRoot({ imports: [EventBusModule.forRoot({ logging: false })], providers });
  const factoryOf = (type: Type<object>): Provider => ({ provide: 'L', useFactory: () => new type() });

  it.each([
    ['a provider', OnMethod],
    ['a provider under another token', { provide: 'L', useClass: OnMethod }],
    ['an object that a factory made', factoryOf(OnMethod)],
  ])('if its dependencies are missing: %s', async (_, provider) => {
    await expect(start(provider)).rejects.toThrow(/NameGuard/);
  });

  it('with the handler, the kind and the cause', async () => {
    await expect(start(factoryOf(OnClass))).rejects.toThrow(
      /^@OnEvent\(\) on OnClass\.on: its guard NameGuard can’t be made: Nest can/,
    );
  });

  class Nothing {}

  it.each<[string, MethodDecorator, string]>([
    ['guard', UseGuards(Nothing), 'its guard Nothing has no method canActivate().'],
    ['interceptor', UseInterceptors(Nothing as never), 'its interceptor Nothing has no method intercept().'],
    ['pipe', UsePipes(Nothing as never), 'its pipe Nothing has no method transform().'],
    ['filter', UseFilters(Nothing as never), 'its filter Nothing has no method catch().'],
  ])('if it hasn’t the method that makes it one: %s', async (_, decorate, message) => {
    class Listener {
      on(): void {}
    }
    const descriptor = Object.getOwnPropertyDescriptor(Listener.prototype, 'on')!;
    decorate(Listener.prototype, 'on', descriptor);
    (OnEvent('a:b') as MethodDecorator)(Listener.prototype, 'on', descriptor);
    Injectable()(Listener);
    await expect(start(Listener)).rejects.toThrow(`@OnEvent() on Listener.on: ${message}`);
  });

  it('if it is a pipe on a parameter, which events don’t pass', async () => {
    @Controller()
    class Pages {
      @OnEvent('a:b')
      on(@Body(ParseIntPipe) _count: number): void {}
    }
    @Controller()
    class MorePages extends Pages {}
    for (const type of [Pages, MorePages]) {
      const app = startRoot({ imports: [EventBusModule.forRoot({ logging: false })], controllers: [type] });
      await expect(app).rejects.toThrow(
        `@OnEvent() on ${type.name}.on: a pipe stands on a parameter, where events don’t meet it. Put @UsePipes() on the method.`,
      );
    }
  });
});

describe('Handlers without enhancers', () => {
  it('pay nothing: they are called at once, by a function without context', async () => {
    @Injectable()
    class Listener {
      @UseGuards({ canActivate: () => true })
      @OnEvent('c:d')
      guarded(): void {}
      @OnEvent('a:b')
      on(...args: unknown[]): void {
        handled.splice(0, Infinity, ...args);
      }
    }
    const app = await startApp({ providers: [Listener] });
    const event = app.get(RootEventBus).emit('a:b', 1);
    expect(handled).toEqual([1, event]);
    expect(app.get(RootEventBus).inspect().tasks).toEqual([]);
  });
});
