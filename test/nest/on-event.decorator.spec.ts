import { describe, expect, it } from '@jest/globals';
import { applyDecorators, Controller, Injectable } from '@nestjs/common';
import {
  BusEvent,
  defineEvent,
  EventBus,
  HandlerContext,
  InvalidHandlerError,
  InvalidPatternError,
  OnEvent,
  RootEventBus,
} from 'nestjs-event-bus';
import { startApp } from './app.js';

class Recorder {
  readonly seen: unknown[] = [];
}

describe('@OnEvent', () => {
  it('takes timeout, retry and pause, and what is left out from forRoot({ delivery })', async () => {
    const attempts: string[] = [];
    @Injectable()
    class Listener {
      @OnEvent('job:own', { retry: { attempts: 3, backoff: 0 }, pause: { failures: 1 } })
      own(_data: unknown, _event: BusEvent, { attempt }: HandlerContext): void {
        attempts.push(`own ${attempt}`);
        throw new Error('boom');
      }
      @OnEvent('job:default')
      byDefault(_data: unknown, _event: BusEvent, { attempt }: HandlerContext): Promise<void> {
        attempts.push(`default ${attempt}`);
        return new Promise(() => {});
      }
    }
    const options = { logging: false, delivery: { timeout: 1, retry: { attempts: 2, backoff: 0 } } } as const;
    const app = await startApp({ providers: [Listener] }, options);
    const bus = app.get(RootEventBus);
    for (const topic of ['job:own', 'job:default']) await bus.emitAsync(topic);
    expect(attempts).toEqual(['own 1', 'own 2', 'own 3', 'default 1', 'default 2']);
    expect(bus.deadLetters.list()).toMatchObject([
      { subscription: 'AppModule/Listener.own', attempts: 3 },
      { subscription: 'AppModule/Listener.byDefault', attempts: 2, error: { timeout: 1 } },
    ]);
    expect(bus.inspect().subscriptions.map(({ pausedBy }) => pausedBy)).toEqual(['failures', undefined]);
  });

  it('makes a method of a provider a handler, called with data and event on its own instance', async () => {
    @Injectable()
    class Mails extends Recorder {
      readonly greeting = 'hello';

      @OnEvent('user:joined')
      onJoined(name: string, event: BusEvent<string>): void {
        this.seen.push([this.greeting, name, event.topic, event instanceof BusEvent]);
      }
    }
    const app = await startApp({ providers: [Mails] });
    app.get(EventBus).emit('user:joined', 'Ada');
    expect(app.get(Mails).seen).toEqual([['hello', 'Ada', 'user:joined', true]]);
  });

  it('works on controllers', async () => {
    @Controller()
    class Pages extends Recorder {
      @OnEvent('user:joined')
      onJoined(name: string): void {
        this.seen.push(name);
      }
    }
    const app = await startApp({ controllers: [Pages] });
    app.get(EventBus).emit('user:joined', 'Ada');
    expect(app.get(Pages).seen).toEqual(['Ada']);
  });

  it('gives a context to a method that declares a third parameter, and its results to emitAsync', async () => {
    @Injectable()
    class Shop extends Recorder {
      @OnEvent('order:placed')
      async onPlaced(id: number, _event: BusEvent, context: HandlerContext): Promise<string> {
        this.seen.push(context instanceof HandlerContext, context.subscription.label);
        await context.emitAsync('order:confirmed', id);
        return `confirmed ${id}`;
      }

      @OnEvent('order:confirmed')
      onConfirmed(_id: number, event: BusEvent): void {
        this.seen.push(event.source, event.causationId !== undefined);
      }
    }
    const app = await startApp({ providers: [Shop] });
    const report = await app.get(EventBus).emitAsync('order:placed', 7);
    expect(report.results).toEqual(['confirmed 7']);
    expect(app.get(Shop).seen).toEqual([true, 'AppModule/Shop.onPlaced', 'AppModule/Shop', true]);
  });

  it('gives the context also to a method that another decorator wrapped in a function of no parameters', async () => {
    const traced: MethodDecorator = (_target, _name, descriptor) => {
      const original = descriptor.value as unknown as (...all: unknown[]) => unknown;
      descriptor.value = function (this: unknown, ...all: unknown[]) {
        return original.apply(this, all);
      } as never;
    };

    @Injectable()
    class Shop extends Recorder {
      @traced
      @OnEvent('order:placed')
      wrappedAbove(_id: number, _event: BusEvent, context: HandlerContext): void {
        this.seen.push(context.subscription.label);
      }

      @OnEvent('order:placed')
      @traced
      wrappedBelow(_id: number, _event: BusEvent, context: HandlerContext): void {
        this.seen.push(context.subscription.label);
      }
    }
    const app = await startApp({ providers: [Shop] });
    app.get(EventBus).emit('order:placed', 7);
    expect(app.get(Shop).seen).toEqual(['AppModule/Shop.wrappedAbove', 'AppModule/Shop.wrappedBelow']);
  });

  it('listens to every pattern of a list, to wildcards, and to definitions', async () => {
    const OrderPaid = defineEvent('order:paid');

    @Injectable()
    class Listener extends Recorder {
      @OnEvent(['user:joined', 'user:left'])
      onUser(_data: unknown, { topic }: BusEvent): void {
        this.seen.push(`onUser ${topic}`);
      }

      @OnEvent('invoice:**')
      onInvoice(_data: unknown, { topic }: BusEvent): void {
        this.seen.push(`onInvoice ${topic}`);
      }

      @OnEvent([OrderPaid, 'order:sent'])
      onOrder(_data: unknown, { topic }: BusEvent): void {
        this.seen.push(`onOrder ${topic}`);
      }
    }
    const app = await startApp({ providers: [Listener] });
    const bus = app.get(EventBus);
    for (const topic of [
      'user:joined',
      'user:left',
      'user:other',
      'invoice:eu.sent',
      'order:paid',
      'order:sent',
    ]) {
      bus.emit(topic);
    }
    expect(app.get(Listener).seen).toEqual([
      'onUser user:joined',
      'onUser user:left',
      'onInvoice invoice:eu.sent',
      'onOrder order:paid',
      'onOrder order:sent',
    ]);
  });

  it('can be stacked, also by applyDecorators, and an event that matches several times comes once', async () => {
    const OnAnyUser = (): MethodDecorator => applyDecorators(OnEvent('user:*'), OnEvent('person:*'));

    @Injectable()
    class Listener extends Recorder {
      @OnEvent('user:joined')
      @OnEvent(['user:left', '**'])
      @OnAnyUser()
      on(_data: unknown, { topic }: BusEvent): void {
        this.seen.push(topic);
      }
    }
    const app = await startApp({ providers: [Listener] });
    const topics = ['user:joined', 'user:left', 'person:born', 'else'];
    const { seen } = app.get(Listener);
    seen.length = 0;
    for (const topic of topics) app.get(EventBus).emit(topic);
    expect(seen).toEqual(topics);
    expect(app.get(RootEventBus).inspect().subscriptions).toHaveLength(5);
  });

  it('passes its options on: priority, filter, once', async () => {
    const seen: string[] = [];

    @Injectable()
    class Listener {
      @OnEvent('n:counted', { once: true })
      first(n: number): void {
        seen.push(`once ${n}`);
      }

      @OnEvent('n:counted', { filter: (n: number) => n > 1 })
      big(n: number): void {
        seen.push(`big ${n}`);
      }

      @OnEvent('n:counted', { priority: 1 })
      before(n: number): void {
        seen.push(`before ${n}`);
      }
    }
    const app = await startApp({ providers: [Listener] });
    for (const n of [1, 2]) app.get(EventBus).emit('n:counted', n);
    expect(seen).toEqual(['before 1', 'once 1', 'before 2', 'big 2']);
  });

  it('works on methods named by a symbol', async () => {
    const handle = Symbol('handle');

    @Injectable()
    class Listener extends Recorder {
      @OnEvent('a:b')
      [handle](data: unknown): void {
        this.seen.push(data);
      }
    }
    const app = await startApp({ providers: [Listener] });
    app.get(EventBus).emit('a:b', 1);
    expect(app.get(Listener).seen).toEqual([1]);
    expect(app.get(RootEventBus).inspect().subscriptions[0]?.handler).toBe('AppModule/Listener.[handle]');
  });
});

describe('@OnEvent where it can’t work', () => {
  const decorate = (
    decorator: unknown,
    target: object,
    name: string,
    descriptor?: PropertyDescriptor,
  ): unknown => {
    try {
      (decorator as MethodDecorator)(target, name, descriptor as never);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  class Listener {
    method(): void {}
  }
  const onMethod = (...args: unknown[]): unknown =>
    decorate(
      (OnEvent as (...args: unknown[]) => unknown)(...args),
      Listener.prototype,
      'method',
      Object.getOwnPropertyDescriptor(Listener.prototype, 'method'),
    );

  it('refuses a static method when the class is defined, and says what to do', () => {
    const define = (): unknown => {
      class Wrong {
        @OnEvent('a:b')
        static handle(): void {}
      }
      return Wrong;
    };
    expect(define).toThrow(InvalidHandlerError);
    expect(define).toThrow('@OnEvent() on Wrong.handle: a static method belongs to no provider');
  });

  it('refuses a class, alone and by applyDecorators, and says where it belongs', () => {
    const alone: ClassDecorator = OnEvent('a:b');
    for (const decorator of [alone, applyDecorators(OnEvent('a:b')) as ClassDecorator]) {
      const define = (): unknown => {
        @decorator
        class Wrong {}
        return Wrong;
      };
      expect(define).toThrow(InvalidHandlerError);
      expect(define).toThrow('@OnEvent() on Wrong: it stands on the class. Put it on the methods');
    }
  });

  it('refuses properties and accessors', () => {
    const decorator = OnEvent('a:b');
    for (const descriptor of [undefined, { get: () => () => {} }, { value: 5 }]) {
      const error = decorate(decorator, Listener.prototype, 'handler', descriptor);
      expect(error).toBeInstanceOf(InvalidHandlerError);
      expect(error).toMatchObject({
        code: 'EVENT_BUS_INVALID_HANDLER',
        handler: 'Listener.handler',
        message: expect.stringMatching(/only methods can handle events/),
      });
    }
  });

  it('refuses to be a standard decorator, and names the compiler option', () => {
    const error = decorate(OnEvent('a:b'), () => {}, { kind: 'method', name: 'handle' } as never);
    expect(error).toMatchObject({ message: expect.stringMatching(/on handle: .*experimentalDecorators/) });
  });

  it.each(['', 'order placed', 'order:', 'a***', 5, null, undefined, {}, ['a:b', 'x y'], [['a:b']]])(
    'refuses the pattern %j, names the method and keeps the cause',
    (pattern) => {
      const error = onMethod(pattern);
      expect(error).toBeInstanceOf(InvalidHandlerError);
      expect(error).toMatchObject({
        handler: 'Listener.method',
        message: expect.stringMatching(/^@OnEvent\(\) on Listener\.method: /),
        cause: expect.any(InvalidPatternError),
      });
    },
  );

  it('refuses an empty list', () => {
    expect(onMethod([])).toMatchObject({ message: expect.stringMatching(/the list of patterns is empty/) });
  });

  it.each([
    [{ priorty: 1 }, /"priorty"/],
    [{ priority: 'high' }, /"priority"/],
    [{ timeout: 0 }, /"timeout"/],
    [{ retry: { attempts: 0 } }, /"retry.attempts"/],
    [{ early: 'yes' }, /"early" must be a boolean/],
    [{ weak: true }, /no option "weak"/],
    [null, /must be an object/],
    [5, /must be an object/],
  ])('refuses the options %j', (options, message) => {
    const error = onMethod('a:b', options);
    expect(error).toBeInstanceOf(InvalidHandlerError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});
