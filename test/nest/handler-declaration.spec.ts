import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { EventBus, OnEvent } from 'nestjs-event-bus';
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
    class Listener {}
    declareHandler(Listener.prototype, { method: 'on', pattern: 'a:b', options: {} });
    expect(Object.keys(Listener.prototype)).toEqual([]);
    expect(handlersOf(Listener.prototype)).toHaveLength(1);
  });
});
