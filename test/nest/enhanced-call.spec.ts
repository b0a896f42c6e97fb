import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentMetadata,
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  type NestInterceptor,
  ParseIntPipe,
  type PipeTransform,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { BusEvent, EventBus, HandlerContext, OnEvent, RootEventBus } from 'nestjs-event-bus';
import { catchError, EMPTY, from, map, type Observable, of, retry } from 'rxjs';
import { collectProcessFaults } from '../support/process-faults.js';
import { captureLog, startApp } from './app.js';

const guard = (
  verdict: (context: ExecutionContext) => ReturnType<CanActivate['canActivate']>,
): CanActivate => ({
  canActivate: verdict,
});
const interceptor = (
  intercept: (
    context: ExecutionContext,
    next: CallHandler,
  ) => Observable<unknown> | Promise<Observable<unknown>>,
): NestInterceptor => ({ intercept });
const pipe = (transform: (value: unknown, metadata: ArgumentMetadata) => unknown): PipeTransform => ({
  transform,
});
const filter = (handle: (error: unknown, host: ArgumentsHost) => unknown): ExceptionFilter => ({
  catch: handle,
});

/** Emits one event to a handler with these decorators, and answers what became of it. */
async function deliver(decorators: MethodDecorator[], data?: unknown, handle: Handle = () => 'done') {
  class Listener {
    readonly calls: unknown[][] = [];
    on(...args: [unknown, BusEvent, HandlerContext]): unknown {
      this.calls.push(args);
      return handle(...args);
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Listener.prototype, 'on')!;
  for (const decorate of [...decorators, OnEvent('a:b') as MethodDecorator]) {
    decorate(Listener.prototype, 'on', descriptor);
  }
  Injectable()(Listener);
  const app = await startApp({ providers: [Listener] });
  const report = await app.get(EventBus).emitAsync('a:b', data);
  const { failures, results, event } = report;
  return { errors: failures.map(({ error }) => error), results, event, calls: app.get(Listener).calls };
}

type Handle = (data: unknown, event: BusEvent, context: HandlerContext) => unknown;

describe('Enhancers of a handler', () => {
  it('are asked in the order of Nest: guards, interceptors, pipes, those of the class first; filters from the method outwards', async () => {
    const order: string[] = [];
    const note = (line: string) => void order.push(line);
    const guards = (name: string) => UseGuards(guard(() => (note(`guard of ${name}`), true)));
    const pipes = (name: string) => UsePipes(pipe((value) => (note(`pipe of ${name}`), value)));
    const interceptors = (name: string) =>
      UseInterceptors(
        interceptor((_context, next) => {
          note(`interceptor of ${name}`);
          return next.handle().pipe(
            catchError((error: unknown) => {
              note(`interceptor of ${name} again`);
              throw error;
            }),
          );
        }),
      );
    const filters = (name: string, type: new () => Error) => {
      @Catch(type)
      class Filter implements ExceptionFilter {
        catch(): void {
          note(`filter of ${name}`);
        }
      }
      return UseFilters(Filter);
    };
    @Injectable()
    @filters('class', Error)
    @pipes('class')
    @interceptors('class')
    @guards('class')
    class Listener {
      @OnEvent('a:b')
      @filters('method', Error)
      @pipes('method')
      @interceptors('method')
      @guards('method')
      on(): void {
        note('handler');
        throw new Error('for the filters');
      }
    }
    const app = await startApp({ providers: [Listener] });
    (await app.get(EventBus).emitAsync('a:b')).throwIfFailed();
    expect(order).toEqual([
      'guard of class',
      'guard of method',
      'interceptor of class',
      'interceptor of method',
      'pipe of class',
      'pipe of method',
      'handler',
      'interceptor of method again',
      'interceptor of class again',
      'filter of method',
    ]);
  });

  it('see an execution context of type "event" with data, event and context, the handler’s class and its method', async () => {
    const seen: unknown[] = [];
    const look = guard((context) => {
      const handler = context.getHandler();
      seen.push(context.getType(), context.getClass().name, Reflect.getMetadata('role', handler));
      seen.push(...context.getArgs<unknown[]>());
      return true;
    });
    const { event } = await deliver([SetMetadata('role', 'admin'), UseGuards(look)], 5);
    expect(seen).toEqual(['event', 'Listener', 'admin', 5, event, expect.any(HandlerContext)]);
    expect(seen[4]).toBe(event);
  });

  it('make the call asynchronous: emit starts it as a task, and can’t fail by it', async () => {
    const faults = collectProcessFaults();
    const { logger, lines } = captureLog('error');
    @Injectable()
    @UseGuards(guard(() => false))
    class Listener {
      @OnEvent('a:b')
      on(): void {}
    }
    const app = await startApp({ providers: [Listener] }, { logging: { logger } });
    const root = app.get(RootEventBus);
    root.emit('a:b');
    expect(root.inspect().tasks.map(({ name }) => name)).toEqual(['AppModule/Listener.on']);
    await root.idle();
    expect(lines.map(({ msg }) => msg)).toEqual([expect.stringContaining('AppModule/Listener.on')]);
    expect(await faults.settled()).toEqual([]);
    faults.stop();
  });
});

describe('A guard', () => {
  it.each([
    ['false', () => false],
    ['a promise of false', () => Promise.resolve(false)],
    ['an Observable whose last value is false', () => from([true, false])],
    ['an Observable without a value', () => EMPTY],
    ['nothing', () => undefined as never],
  ])('that denies fails the delivery with ForbiddenException: %s', async (_, verdict) => {
    const { errors, calls } = await deliver([UseGuards(guard(verdict))]);
    expect(errors).toEqual([expect.any(ForbiddenException)]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['true', () => true],
    ['a promise of true', () => Promise.resolve(true)],
    ['an Observable of true', () => of(true)],
  ])('lets the event pass: %s', async (_, verdict) => {
    const { errors, calls } = await deliver([UseGuards(guard(verdict))]);
    expect(errors).toEqual([]);
    expect(calls).toHaveLength(1);
  });

  it('that throws lets nothing pass', async () => {
    const broken = guard(() => {
      throw new Error('no database');
    });
    const { errors, calls } = await deliver([UseGuards(broken)]);
    expect([errors, calls]).toEqual([[new Error('no database')], []]);
  });

  it('that denies is enough, whatever those after it would say', async () => {
    const { errors, calls } = await deliver([
      UseGuards(
        guard(() => false),
        guard(() => true),
      ),
    ]);
    expect([errors, calls]).toEqual([[expect.any(ForbiddenException)], []]);
  });
});

describe('An interceptor', () => {
  const around = (work: (values: Observable<unknown>) => Observable<unknown>) =>
    UseInterceptors(interceptor((_context, next) => work(next.handle())));

  it('wraps the handler, and the last value that it lets out is the result', async () => {
    const { results } = await deliver([around((values) => values.pipe(map((value) => `${String(value)}!`)))]);
    expect(results).toEqual(['done!']);
    expect((await deliver([around(() => of(1, 2, 3))])).results).toEqual([3]);
  });

  it('that lets nothing out skips the handler without a failure', async () => {
    const { results, errors, calls } = await deliver([around(() => EMPTY)]);
    expect({ results, errors, calls }).toEqual({ results: [undefined], errors: [], calls: [] });
  });

  it('may be asynchronous, handle errors, and try again', async () => {
    const later = UseInterceptors(interceptor(async (_context, next) => Promise.resolve(next.handle())));
    let attempts = 0;
    const flaky = (): string => {
      if (++attempts < 3) throw new Error('not yet');
      return 'third time';
    };
    const { results, calls } = await deliver([later, around((values) => values.pipe(retry(2)))], 1, flaky);
    expect(results).toEqual(['third time']);
    expect(calls).toHaveLength(3);
  });

  it('keeps what it entered with AsyncLocalStorage for the handler', async () => {
    const storage = new AsyncLocalStorage<string>();
    const enter = UseInterceptors(
      interceptor((_context, next) => storage.run('inside', () => next.handle())),
    );
    const { results } = await deliver([enter], 1, () => storage.getStore());
    expect(results).toEqual(['inside']);
  });

  it('that throws, or returns no Observable, is a failure', async () => {
    const broken = UseInterceptors(
      interceptor(() => {
        throw new Error('broken');
      }),
    );
    expect((await deliver([broken])).errors).toEqual([new Error('broken')]);
    const odd = await deliver([UseInterceptors(interceptor(() => 5 as never))]);
    expect([odd.errors, odd.calls]).toEqual([[expect.any(TypeError)], []]);
  });
});

describe('A pipe', () => {
  it('acts on the data alone: event and context reach the method as they are', async () => {
    const { calls, event } = await deliver([UsePipes(ParseIntPipe)], '42');
    expect(calls).toEqual([[42, event, expect.any(HandlerContext)]]);
    expect(calls[0]![1]).toBe(event);
    expect(event.data).toBe('42');
  });

  it('that throws is a failure, and the handler isn’t called', async () => {
    const { calls, errors } = await deliver([UsePipes(ParseIntPipe)], 'none');
    expect(errors).toEqual([expect.any(BadRequestException)]);
    expect(calls).toEqual([]);
  });

  it('learns the declared type of the data, so that ValidationPipe validates', async () => {
    class Order {
      id!: string;
    }
    const validated: unknown[] = [];
    const validation = new ValidationPipe({
      validatorPackage: {
        validate: (value: Order) => {
          validated.push(value);
          const constraints = { isString: 'id must be a string' };
          return value.id ? [] : [{ property: 'id', constraints }];
        },
      },
      transformerPackage: {
        plainToInstance: (type: new () => object, value: object) => Object.assign(new type(), value),
        classToPlain: (value: object) => value,
      } as never,
    });
    @Injectable()
    class Listener {
      readonly orders: Order[] = [];
      @UsePipes(validation)
      @OnEvent('a:b')
      on(order: Order): void {
        this.orders.push(order);
      }
    }
    const app = await startApp({ providers: [Listener] });
    (await app.get(EventBus).emitAsync('a:b', { id: 'A' })).throwIfFailed();
    const { failures } = await app.get(EventBus).emitAsync('a:b', {});
    expect(validated).toEqual([expect.any(Order), expect.any(Order)]);
    expect(failures.map(({ error }) => error)).toEqual([expect.any(BadRequestException)]);
    expect(app.get(Listener).orders).toHaveLength(1);
  });
});

describe('A filter', () => {
  const fail = (): never => {
    throw new RangeError('out of range');
  };

  it.each([
    ['a value', () => 'mended', 'mended'],
    ['nothing', () => {}, undefined],
    ['a promise', () => Promise.resolve('mended'), 'mended'],
    ['an Observable', () => of('mended'), 'mended'],
  ])(
    'that returns has handled the error, and what it returns is the result: %s',
    async (_, handle, result) => {
      const { errors, results } = await deliver([UseFilters(filter(handle))], 1, fail);
      expect(errors).toEqual([]);
      expect(results).toEqual([result]);
    },
  );

  it('that throws makes a failure of what it threw', async () => {
    const rethrow = filter((error) => {
      throw new Error('as the filter says', { cause: error });
    });
    const { errors } = await deliver([UseFilters(rethrow)], 1, fail);
    expect(errors).toEqual([new Error('as the filter says')]);
    expect((errors[0] as Error).cause).toBeInstanceOf(RangeError);
  });

  it('gets what its @Catch() names, and nothing else', async () => {
    @Catch(TypeError, RangeError)
    class Mine implements ExceptionFilter {
      catch(): string {
        return 'mine';
      }
    }
    @Catch(SyntaxError)
    class Others implements ExceptionFilter {
      catch(): string {
        return 'others';
      }
    }
    expect((await deliver([UseFilters(Mine, Others)], 1, fail)).results).toEqual(['mine']);
    expect((await deliver([UseFilters(Others)], 1, fail)).errors).toEqual([new RangeError('out of range')]);
  });

  it('gets everything if its @Catch() names nothing', async () => {
    @Catch()
    class All implements ExceptionFilter {
      catch(): string {
        return 'all';
      }
    }
    expect((await deliver([UseFilters(All)], 1, fail)).results).toEqual(['all']);
  });

  it('gets what guards, interceptors and pipes throw, too, with the arguments of the handler', async () => {
    const seen: unknown[] = [];
    const look = filter((error, host) => void seen.push(error, host.getType(), host.getArgs()[0]));
    await deliver([UseFilters(look), UseGuards(guard(() => false))], 1);
    await deliver([UseFilters(look), UsePipes(ParseIntPipe)], 'none');
    expect(seen).toEqual([
      expect.any(ForbiddenException),
      'event',
      1,
      expect.any(BadRequestException),
      'event',
      'none',
    ]);
  });

  it('may be an object without a class', async () => {
    const bare = Object.assign(Object.create(null) as object, { catch: () => 'mended' });
    expect((await deliver([UseFilters(bare)], 1, fail)).results).toEqual(['mended']);
  });
});
