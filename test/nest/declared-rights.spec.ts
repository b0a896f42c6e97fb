import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module } from '@nestjs/common';
import { declaredRights, defineEvent, Emits, InvalidPermissionError, Listens } from 'nestjs-event-bus';

const OrderPlaced = defineEvent('order:placed');

@Emits(OrderPlaced, 'invoice:*')
@Listens('payment:**')
@Module({})
class OrdersModule {}

describe('What a class declares', () => {
  it('is read from the class, definitions by their topic', () => {
    expect(declaredRights(OrdersModule)).toEqual({
      emits: ['order:placed', 'invoice:*'],
      listens: ['payment:**'],
    });
  });

  it('leaves a direction out that is not declared', () => {
    @Emits('a:b')
    @Injectable()
    class Emitting {}
    @Controller()
    class Silent {}
    expect([declaredRights(Emitting), declaredRights(Silent)]).toEqual([{ emits: ['a:b'] }, {}]);
  });

  it('is nothing at all where the list is empty', () => {
    @Emits()
    class Mute {}
    expect(declaredRights(Mute)).toEqual({ emits: [] });
  });

  it('adds up on one class, in the order in which it is written', () => {
    @Emits('a:b')
    @Emits('c:d', 'a:b')
    class Twice {}
    expect(declaredRights(Twice)).toEqual({ emits: ['a:b', 'c:d'] });
  });

  it('is inherited, each direction until a subclass declares its own', () => {
    @Listens('x:y')
    class Heir extends OrdersModule {}
    class Grandchild extends Heir {}
    expect(declaredRights(Grandchild)).toEqual({ emits: ['order:placed', 'invoice:*'], listens: ['x:y'] });
    expect(declaredRights(OrdersModule).listens).toEqual(['payment:**']);
  });

  it('can be declared for a class of somebody else', () => {
    class ThirdPartyModule {}
    Emits('plugin:*')(ThirdPartyModule);
    expect(declaredRights(ThirdPartyModule)).toEqual({ emits: ['plugin:*'] });
  });

  it('cannot be changed through the list that is answered', () => {
    const { emits } = declaredRights(OrdersModule);
    expect(() => (emits as string[]).push('**')).toThrow(TypeError);
  });

  it.each([
    ['a pattern that is none', 'order:p*', /@Emits\(\) on Wrong: "order:p\*" is not a pattern/],
    ['a list', ['a:b'], /a list is not a pattern/],
    ['undefined', undefined, /circle/],
    ['a lone object', {}, /an object is not a pattern/],
  ])('is refused when the class is defined: %s', (_what, pattern, message) => {
    const declare = () => {
      @Emits(pattern as never)
      class Wrong {}
      return Wrong;
    };
    expect(declare).toThrow(InvalidPermissionError);
    expect(declare).toThrow(message);
  });

  it('is refused on a method', () => {
    const declare = () => {
      class Wrong {
        method(): void {}
      }
      (Listens('a:b') as (target: object) => void)(Wrong.prototype);
    };
    expect(declare).toThrow(/@Listens\(\) on Wrong: it belongs on the class/);
  });
});
