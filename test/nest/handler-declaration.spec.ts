import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  EventBus,
  InvalidHandlerError,
  InvalidOptionError,
  InvalidPatternError,
  OnEvent,
} from 'nestjs-event-bus';
import { declareHandler, handlersOf } from '../../src/nest/handler-declaration.js';
import { startApp } from './app.js';

@Injectable()
class Base {
  readonly seen: string[] = [];

  @OnEvent('a:inherited')
  inherited(): void {
    this.seen.push('base inherited');
  }

  @OnEvent('a:overridden')
  overridden(): void {
    this.seen.push('base overridden');
  }

  @OnEvent('a:replaced')
  replaced(): void {
    this.seen.push('base replaced');
  }
}

@Injectable()
class Middle extends Base {
  override overridden(): void {
    this.seen.push('middle overridden');
  }

  @OnEvent('a:replaced-anew')
  override replaced(): void {
    this.seen.push('middle replaced');
  }
}

@Injectable()
class Derived extends Middle {
  @OnEvent('a:own')
  own(): void {
    this.seen.push('derived own');
  }
}

const TOPICS = ['a:inherited', 'a:overridden', 'a:replaced', 'a:replaced-anew', 'a:own'];

describe('Handlers of a class', () => {
  it('are inherited; an override takes the decoration away or brings its own', async () => {
    const app = await startApp({ providers: [Derived] });
    for (const topic of TOPICS) app.get(EventBus).emit(topic);
    expect(app.get(Derived).seen).toEqual(['base inherited', 'middle replaced', 'derived own']);
  });

  it('of a base class stay as they were', async () => {
    const app = await startApp({ providers: [Base] });
    for (const topic of TOPICS) app.get(EventBus).emit(topic);
    expect(app.get(Base).seen).toEqual(['base inherited', 'base overridden', 'base replaced']);
  });

  it('of siblings are apart: a base class that is provided as two subclasses handles in both', async () => {
    const app = await startApp({ providers: [Middle, Derived] });
    for (const topic of TOPICS) app.get(EventBus).emit(topic);
    expect(app.get(Middle).seen).toEqual(['base inherited', 'middle replaced']);
    expect(app.get(Derived).seen).toEqual(['base inherited', 'middle replaced', 'derived own']);
  });

  it('are found without touching an accessor, on any object', () => {
    const trap = Object.create(null, {
      constructor: { get: () => expect(true).toBe(false) },
    }) as object;
    expect(handlersOf(trap)).toEqual([]);
    expect(handlersOf(null)).toEqual([]);
    expect(handlersOf(Object.create(trap) as object)).toEqual([]);
  });

  it('don’t show when the class is enumerated', () => {
    class Listener {
      on(): void {}
    }
    const { prototype } = Listener;
    declareHandler(prototype, { method: 'on', pattern: 'a:b', options: {} }, prototype.on);
    expect(Object.keys(Listener.prototype)).toEqual([]);
    expect(handlersOf(Listener.prototype)).toHaveLength(1);
  });
});

describe('Handlers that a class declares under Symbol.for(‘nestjs-event-bus:handlers’)', () => {
  /** As a library writes it, which doesn't import the package. */
  const HANDLERS = Symbol.for('nestjs-event-bus:handlers');
  const handle = Symbol('handle');

  /** A class with such a list. */
  const declaring = (list: unknown) => {
    @Injectable()
    class Listener {
      readonly seen: string[] = [];
      on(data: string): void {
        this.seen.push(`on ${data}`);
      }
      [handle](data: string): void {
        this.seen.push(`handle ${data}`);
      }
      get accessor(): never {
        throw new Error('touched');
      }
      static {
        Object.defineProperty(this.prototype, HANDLERS, { value: list });
      }
    }
    return Listener;
  };

  it('are called like those of @OnEvent, with their options', async () => {
    const Listener = declaring([
      { method: 'on', pattern: 'a:*', options: { filter: (data: string) => data !== 'no', early: true } },
      { method: handle, pattern: 'a:b' },
    ]);
    const app = await startApp({ providers: [Listener] });
    for (const data of ['yes', 'no']) app.get(EventBus).emit('a:b', data);
    expect(app.get(Listener).seen).toEqual(['on yes', 'handle yes', 'handle no']);
  });

  it('wait for the start, and are inherited, as those of @OnEvent are', async () => {
    @Injectable()
    class Heir extends declaring([
      { method: 'on', pattern: 'a:b' },
      { method: handle, pattern: 'a:b' },
    ]) {
      constructor(bus: EventBus) {
        super();
        bus.emit('a:b', 'emitted before');
      }
      onModuleInit(): void {
        this.seen.push('initialised');
      }
      override on(): void {
        this.seen.push('overridden');
      }
    }
    const app = await startApp({ providers: [Heir] });
    expect(app.get(Heir).seen).toEqual(['initialised', 'handle emitted before']);
  });

  it('may stand there as a plain property, beside @OnEvent', async () => {
    @Injectable()
    class Mixed extends Middle {
      @OnEvent('a:decorated')
      decorated(): void {
        this.seen.push('decorated');
      }
      listed(): void {
        this.seen.push('listed');
      }
      static {
        (this.prototype as { [HANDLERS]?: unknown })[HANDLERS] = [{ method: 'listed', pattern: 'a:listed' }];
      }
    }
    const app = await startApp({ providers: [Mixed] });
    for (const topic of ['a:listed', 'a:decorated', 'a:inherited']) app.get(EventBus).emit(topic);
    expect(app.get(Mixed).seen).toEqual(['listed', 'decorated', 'base inherited']);
  });

  it.each([
    [undefined, 'Listener', 'must be a list'],
    [{}, 'Listener', 'must be a list'],
    [['on'], 'Listener', 'each entry must be an object'],
    [[null], 'Listener', 'each entry must be an object'],
    [[{}], 'Listener', '"method" must be the name of a method'],
    [[{ method: 5, pattern: 'a:b' }], 'Listener', '"method" must be the name of a method'],
    [[{ method: 'off', pattern: 'a:b' }], 'Listener.off', '"method" must be the name of a method'],
    [[{ method: 'accessor', pattern: 'a:b' }], 'Listener.accessor', '"method" must be the name of a method'],
    [
      [{ method: 'on', topic: 'a:b' }],
      'Listener.on',
      'an entry has no "topic", only method, pattern and options',
    ],
    [[{ method: 'on' }], 'Listener.on', InvalidPatternError],
    [[{ method: 'on', pattern: ['a:b'] }], 'Listener.on', InvalidPatternError],
    [[{ method: 'on', pattern: 'a b' }], 'Listener.on', InvalidPatternError],
    [[{ method: 'on', pattern: 'a:b', options: null }], 'Listener.on', InvalidOptionError],
    [[{ method: 'on', pattern: 'a:b', options: { priorty: 1 } }], 'Listener.on', InvalidOptionError],
    [[{ method: 'on', pattern: 'a:b', options: { weak: true } }], 'Listener.on', 'no option "weak"'],
    [[{ method: 'on', pattern: 'a:b', options: { early: 1 } }], 'Listener.on', '"early" must be a boolean'],
  ])(
    'are refused at the start, with class and method, if they are of another shape: %j',
    async (list, handler, reason) => {
      const error = await startApp({ providers: [declaring(list)] }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidHandlerError);
      expect(error).toMatchObject({
        handler,
        ...(typeof reason === 'string' ? {} : { cause: expect.any(reason) }),
      });
      expect((error as Error).message).toContain(`Symbol.for('nestjs-event-bus:handlers') on ${handler}: `);
      expect((error as Error).message).toContain(
        typeof reason === 'string' ? reason : ((error as Error).cause as Error).message,
      );
    },
  );

  it('are refused if they are an accessor, which is not read', async () => {
    const Listener = declaring([]);
    class Lazy extends Listener {
      static {
        Object.defineProperty(this.prototype, HANDLERS, { get: () => expect(true).toBe(false) });
      }
    }
    await expect(startApp({ providers: [Lazy] })).rejects.toThrow('on Lazy: it must be a list');
  });
});
