import { describe, expect, it } from '@jest/globals';
import {
  defineEvent,
  InvalidOptionError,
  InvalidPatternError,
  PermissionDeniedError,
} from 'nestjs-event-bus/core';
import type { Owner, PermissionMode } from 'nestjs-event-bus/core';
import { Permissions } from '../../../src/core/rights/permissions.js';
import { recordedBus } from '../../support/recorded-bus.js';

const orders: Owner = {
  module: 'Orders',
  class: 'OrderService',
  rights: { by: 'Orders', emits: ['order:*'], listens: ['payment:**', 'stock:low'] },
};

/** The modes in which rights are enforced. */
const ENFORCED: readonly PermissionMode[] = ['declared', 'strict'];

function open(permissions: PermissionMode, owner: Owner = orders) {
  const { bus, told } = recordedBus({ permissions });
  return { root: bus, bus: bus.as(owner), told };
}

describe('An owner with rights', () => {
  it.each(ENFORCED)('emits what it declares, and nothing else: %s', async (mode) => {
    const { root, bus, told } = open(mode);
    bus.emit('order:placed');
    await bus.emitAsync('order:paid');
    expect(() => bus.emit('payment:captured')).toThrow(PermissionDeniedError);
    await expect(bus.emitAsync('order:a:b')).rejects.toThrow(PermissionDeniedError);
    expect(told.emitted.map(({ topic }) => topic).filter((topic) => !topic.startsWith('system:'))).toEqual([
      'order:placed',
      'order:paid',
    ]);
    await root.close();
  });

  it.each(ENFORCED)('hears only patterns that one of its own covers: %s', (mode) => {
    const { bus } = open(mode);
    for (const pattern of ['payment:captured', 'payment:*', 'payment:**', 'payment:*:refund', 'stock:low'])
      expect(bus.on(pattern, () => {}).active).toBe(true);
    for (const pattern of [
      '**',
      '*',
      '*:captured',
      '**:captured',
      'stock:*',
      'order:placed',
      'payment.x',
      '*:*',
    ])
      expect(() => bus.on(pattern, () => {})).toThrow(PermissionDeniedError);
  });

  it('is asked for each direction on its own: one that is not declared is not restricted', () => {
    const { bus } = open('declared', { rights: { emits: ['order:*'] } });
    expect(bus.on('**', () => {}).active).toBe(true);
    expect(() => bus.emit('payment:captured')).toThrow(PermissionDeniedError);
  });

  it('may do nothing in a direction whose list is empty', () => {
    const { bus } = open('declared', { rights: { emits: [], listens: [] } });
    expect(() => bus.emit('order:placed')).toThrow(PermissionDeniedError);
    expect(() => bus.on('order:placed', () => {})).toThrow(PermissionDeniedError);
  });

  it('needs the leave of every declaration: each narrows the others', () => {
    const rights = [{ emits: ['order:**'] }, { emits: ['**:placed'] }, { listens: ['a:b'] }];
    const { bus } = open('declared', { rights });
    bus.emit('order:placed');
    expect(() => bus.emit('order:paid')).toThrow(PermissionDeniedError);
    expect(() => bus.emit('cart:placed')).toThrow(PermissionDeniedError);
    expect(() => bus.on('a:c', () => {})).toThrow(PermissionDeniedError);
  });

  it('is judged by the topic of a definition, which a refused call does not make known', () => {
    const { root, bus } = open('declared');
    const Captured = defineEvent('payment:captured', { retain: true });
    const Placed = defineEvent('order:placed');
    expect(bus.emit(Placed).topic).toBe('order:placed');
    expect(() => bus.emit(Captured)).toThrow(PermissionDeniedError);
    expect(() => bus.on(Placed, () => {})).toThrow(PermissionDeniedError);
    expect(() => root.register(defineEvent('payment:captured'))).not.toThrow();
  });

  it('is told of a topic that is none before it is judged', () => {
    const { bus, told } = open('strict', {});
    expect(() => bus.emit('order:*' as never)).toThrow(/wildcards are for listening only/);
    expect(() => bus.on('order:p*', () => {})).toThrow(InvalidPatternError);
    expect(told.denied).toEqual([]);
  });
});

describe('An owner without rights', () => {
  it.each(['off', 'report', 'declared'] as const)('may do anything: %s', (mode) => {
    const { bus, told } = open(mode, { module: 'Orders' });
    bus.on('**', () => {});
    bus.emit('any:thing');
    expect(told.denied).toEqual([]);
  });

  it('may do nothing in strict mode, nor in a direction in which nothing is declared', () => {
    for (const owner of [{}, { rights: [] }, { rights: {} }]) {
      const { bus } = open('strict', owner);
      expect(() => bus.emit('order:placed')).toThrow(PermissionDeniedError);
      expect(() => bus.on('order:placed', () => {})).toThrow(PermissionDeniedError);
    }
    const { bus } = open('strict', { rights: { emits: ['order:*'] } });
    bus.emit('order:placed');
    expect(() => bus.on('order:placed', () => {})).toThrow(PermissionDeniedError);
  });

  it('is not the root, which may do anything in every mode', () => {
    const { root } = open('strict');
    root.on('**', () => {});
    expect(root.emit('any:thing').topic).toBe('any:thing');
  });
});

describe('Permissions that are off', () => {
  it('ask nothing, whatever is declared', () => {
    const { bus } = open('off', { rights: { emits: [], listens: [] } });
    bus.on('**', () => {});
    expect(bus.emit('any:thing').topic).toBe('any:thing');
  });
});

describe('Rights', () => {
  it.each([
    [{ emit: [] }, 'rights.emit'],
    [{ emits: 'order:*' }, 'rights.emits'],
    [{ listens: {} }, 'rights.listens'],
    [[{}, null], 'rights.'],
  ])('of a wrong shape are refused: %j', (rights, option) => {
    const act = () => recordedBus().bus.as({ rights: rights as never });
    expect(act).toThrow(InvalidOptionError);
    expect(act).toThrow(expect.objectContaining({ option }));
  });

  it('are refused with a pattern that is none', () => {
    const act = () => recordedBus().bus.as({ rights: { emits: ['order:p*'] } });
    expect(act).toThrow(/"rights.emits" .*order:p\*/);
  });

  it('are read once: to change them later changes nothing', () => {
    const emits = ['order:*'];
    const { bus } = open('declared', { rights: { emits } });
    emits.push('**');
    expect(() => bus.emit('payment:captured')).toThrow(PermissionDeniedError);
  });
});

describe('A judge', () => {
  it('is one for one object of rights, and none where there is nothing to judge', () => {
    const permissions = new Permissions('declared');
    expect(permissions.judgeOf(orders)).toBe(permissions.judgeOf({ rights: orders.rights }));
    expect(permissions.judgeOf({})).toBeUndefined();
    expect(permissions.judgeOf({ rights: {} })).toBeUndefined();
    expect(new Permissions('off').judgeOf(orders)).toBeUndefined();
  });

  it('gives the same verdict on the thousandth topic as on the first, and on the first again', () => {
    const judge = new Permissions('declared').judgeOf(orders)!;
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 1_500; at++) {
        expect(judge.obstacles('emits', `order:${at}`)).toEqual([]);
        expect(judge.obstacles('emits', `payment:${at}`)).toHaveLength(1);
      }
    }
  });

  it('computes a verdict once for each topic', () => {
    const judge = new Permissions('declared').judgeOf(orders)!;
    expect(judge.obstacles('emits', 'payment:a')).toBe(judge.obstacles('emits', 'payment:a'));
  });

  it('counts a hundred denials one by one, and all others together', () => {
    const judge = new Permissions('declared').judgeOf(orders)!;
    const counts = Array.from({ length: 150 }, (_, at) => judge.count('Orders', 'emits', `topic:${at}`));
    expect(counts.filter((times) => times === 1)).toHaveLength(101);
    expect(counts.at(-1)).toBe(50);
    expect(judge.count('Orders', 'emits', 'topic:0')).toBe(2);
  });
});
