import { describe, expect, it } from '@jest/globals';
import { forwardRef, Inject, Injectable, Optional } from '@nestjs/common';
import { dependenciesOf } from '../../src/nest/dependencies.js';

@Injectable()
class A {}

@Injectable()
class B {}

@Injectable()
class Base {
  constructor(
    readonly a: A,
    @Inject('TOKEN') readonly token: unknown,
    @Inject(forwardRef(() => B)) readonly b: B,
    @Optional() readonly maybe?: A,
  ) {}

  @Inject() readonly property!: B;
}

describe('The dependencies', () => {
  it('of a class are those of its constructor and its properties, as Nest resolves them', () => {
    expect(dependenciesOf(Base)).toEqual([A, 'TOKEN', B, A, B]);
  });

  it('of a class without constructor are those of its base class', () => {
    @Injectable()
    class Derived extends Base {}
    expect(dependenciesOf(Derived)).toEqual([A, 'TOKEN', B, A, B]);
  });

  it('of a class without metadata are none', () => {
    expect(dependenciesOf(class {})).toEqual([]);
  });

  it('of a factory are those of its list', () => {
    const list = [A, 'TOKEN', { token: B, optional: true }, forwardRef(() => A), undefined];
    expect(dependenciesOf(list)).toEqual([A, 'TOKEN', B, A, undefined]);
  });
});
