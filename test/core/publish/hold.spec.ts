import { describe, expect, it, jest } from '@jest/globals';
import type { EventBus, HandlerContext } from 'nestjs-event-bus/core';
import { defineEvent, HoldEndedError, InvalidDataError, InvalidTopicError } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { recordedBus } from '../../support/recorded-bus.js';
import { numberSchema, schemaOf } from '../../support/standard-schema.js';

/** A bus, and the data of what was delivered on it. */
function listeningBus() {
  const { bus, told } = recordedBus();
  const heard: unknown[] = [];
  bus.on('**', (data) => void heard.push(data));
  return { bus, told, heard };
}

describe('hold', () => {
  it('delivers what was emitted inside when the work resolves, in order, and resolves with its result', async () => {
    const { bus, heard } = listeningBus();
    const result = await bus.hold(async (held) => {
      held.emit('order:placed', 1);
      await Promise.resolve();
      held.emit('order:paid', 2);
      expect(heard).toEqual([]);
      expect(bus.history.recent()).toEqual([]);
      return 'committed';
    });
    expect(result).toBe('committed');
    expect(heard).toEqual([1, 2]);
    expect(bus.history.recent().map(({ topic }) => topic)).toEqual(['order:placed', 'order:paid']);
  });

  it('delivers nothing when the work rejects or throws, and rejects with the same', async () => {
    const { bus, heard } = listeningBus();
    const rollback = new Error('rolled back');
    const works: ((held: EventBus) => Promise<void>)[] = [
      async (held) => {
        held.emit('order:placed');
        await Promise.resolve();
        throw rollback;
      },
      (held) => {
        held.emit('order:placed');
        throw rollback;
      },
    ];
    for (const work of works) await expect(bus.hold(work)).rejects.toBe(rollback);
    expect(heard).toEqual([]);
    expect(bus.inspect().tasks).toEqual([]);
  });

  it('waits for room in a queue with overflow "wait", so that nothing is lost after the commit', async () => {
    const { bus } = recordedBus();
    const heard: unknown[] = [];
    const subscription = bus.on('order:*', (data) => void heard.push(data), {
      queue: { capacity: 1, overflow: 'wait' },
    });
    subscription.pause();
    const others: unknown[] = [];
    bus.on('order:*', (data) => void others.push(data));
    let ended = false;
    const holding = bus.hold((held) => {
      for (const n of [1, 2, 3]) held.emit('order:placed', n);
      return 'committed';
    });
    void holding.then(() => (ended = true));
    await bus.idle(); // what waits behind a pause is nothing to wait for
    expect([others, subscription.toJSON().queue]).toMatchObject([[1, 2, 3], { waiting: 3, blocked: 2 }]);
    expect(ended).toBe(false);
    subscription.resume();
    expect(await holding).toBe('committed');
    await bus.idle();
    expect(heard).toEqual([1, 2, 3]);
    expect(subscription.toJSON()).toMatchObject({ delivered: 3, refused: 0 });
  });

  it('ends with the subscription whose queue it waits for, and at the latest with the bus', async () => {
    const { bus } = recordedBus();
    const full = bus.on('order:*', () => {}, { queue: { capacity: 1, overflow: 'wait' } });
    full.pause();
    const holding = bus.hold((held) => {
      for (const n of [1, 2]) held.emit('order:placed', n);
    });
    await bus.idle();
    expect(await bus.close()).toMatchObject({ aborted: [expect.stringContaining('2 waiting')], dropped: 2 });
    await holding;
  });

  it('lets events emitted on the bus outside go at once', async () => {
    const { bus, heard } = listeningBus();
    await bus.hold((held) => {
      held.emit('order:placed', 'held');
      bus.emit('order:placed', 'live');
    });
    expect(heard).toEqual(['live', 'held']);
  });

  it('inside another hold’s work waits for that one, too, and keeps the order', async () => {
    const { bus, heard } = listeningBus();
    await bus.hold(async (outer) => {
      outer.emit('step:a', 'a');
      await outer.hold((inner) => void inner.emit('step:b', 'b'));
      await expect(
        outer.hold((inner) => {
          inner.emit('step:lost', 'lost');
          throw new Error('inner');
        }),
      ).rejects.toThrow('inner');
      outer.emit('step:c', 'c');
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  it('that rejects takes with it what inner holds had released', async () => {
    const { bus, heard } = listeningBus();
    const work = bus.hold(async (outer) => {
      await outer.hold((inner) => void inner.emit('step:a'));
      throw new Error('outer');
    });
    await expect(work).rejects.toThrow('outer');
    expect(heard).toEqual([]);
  });

  it('on the bus outside, inside the work, is a hold of its own', async () => {
    const { bus, heard } = listeningBus();
    await bus.hold(async (held) => {
      held.emit('step:a', 'a');
      await bus.hold((independent) => void independent.emit('step:b', 'b'));
      expect(heard).toEqual(['b']);
    });
    expect(heard).toEqual(['b', 'a']);
  });

  it('holds what is emitted in scopes of its bus, in them', async () => {
    const { bus, heard } = listeningBus();
    const inScope = jest.fn();
    bus.scope('tenant').on('order:placed', inScope);
    await bus.hold((held) => {
      held.scope('tenant').emit('order:placed', 1);
      expect(inScope).not.toHaveBeenCalled();
    });
    expect(inScope).toHaveBeenCalledTimes(1);
    expect(heard).toEqual([1]);
  });

  it('checks topic, data and middleware at the call, where the fault is', async () => {
    const { bus, heard } = listeningBus();
    const Size = defineEvent('job:size', { schema: numberSchema });
    const Rounded = defineEvent('job:rounded', {
      schema: schemaOf<number, number>((n) => ({ value: Math.round(n as number) })),
    });
    bus.use((event) => (event.topic === 'job:secret' ? null : event));
    await bus.hold(async (held) => {
      expect(() => held.emit('a b')).toThrow(InvalidTopicError);
      expect(() => held.emit(Size, 'large' as never)).toThrow(InvalidDataError);
      expect(held.emit(Rounded, 1.6).data).toBe(2);
      held.emit('job:secret');
      expect(await held.emitAsync('job:secret')).toMatchObject({ dropped: 'middleware', held: 0 });
    });
    expect(heard).toEqual([2]);
  });

  it('lets emitAsync inside resolve at once with held', async () => {
    const { bus, heard } = listeningBus();
    await bus.hold(async (held) => {
      const report = await held.emitAsync('order:placed', 1);
      expect(report).toMatchObject({ held: 1, delivered: 0, queued: 0, dropped: undefined });
      expect(report.event.data).toBe(1);
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual([1]);
  });

  it('is over with its work: to emit on its bus afterwards is an error', async () => {
    const { bus, told, heard } = listeningBus();
    let kept!: EventBus;
    await bus.hold((held) => void (kept = held));
    expect(() => kept.emit('order:placed')).toThrow(HoldEndedError);
    expect(() => kept.scope('tenant').emit('order:placed')).toThrow(HoldEndedError);
    await expect(kept.emitAsync('order:placed')).rejects.toThrow(HoldEndedError);
    await expect(kept.hold((inner) => void inner.emit('order:placed'))).rejects.toThrow(HoldEndedError);
    await expect(bus.hold((held) => Promise.reject(void (kept = held)))).rejects.toBeUndefined();
    expect(() => kept.emit('order:placed')).toThrow(HoldEndedError);
    expect(heard).toEqual([]);
    expect(told.refused).toHaveLength(4);
  });

  it('rejects an emitAsync whose schema is still at work when the hold ends', async () => {
    const { bus, heard } = listeningBus();
    const verdict = controlledPromise<unknown>();
    const Size = defineEvent('job:size', { schema: schemaOf(() => verdict.promise) });
    let report!: Promise<unknown>;
    await bus.hold((held) => void (report = held.emitAsync(Size, 1)));
    verdict.resolve({ value: 1 });
    await expect(report).rejects.toThrow(HoldEndedError);
    expect(heard).toEqual([]);
  });

  it('can’t be failed by the handlers of what it releases', async () => {
    const { bus, told } = recordedBus();
    const seen: unknown[] = [];
    bus.on('step:*', (data) => {
      seen.push(data);
      throw new Error('boom');
    });
    const work = bus.hold((held) => {
      held.emit('step:a', 'a');
      held.emit('step:b', 'b');
      return 'committed';
    });
    expect(await work).toBe('committed');
    expect(seen).toEqual(['a', 'b']);
    expect(told.failed).toHaveLength(2);
  });

  it('releases events that know their cause and their time', async () => {
    const { bus } = recordedBus();
    const cause = bus.emit('request:came');
    const next = bus.waitFor('order:placed');
    const emitted = await bus.hold((held) => held.emit('order:placed', 1, { causedBy: cause }));
    expect(await next).toBe(emitted);
    expect(emitted.causationId).toBe(cause.id);
  });

  it('is in flight while its work is: idle and close wait, and a close meanwhile loses nothing', async () => {
    const { bus, heard } = listeningBus();
    const commit = controlledPromise();
    const work = bus.hold(async (held) => {
      held.emit('order:placed', 1);
      await commit.promise;
    });
    expect(bus.inspect().tasks.map(({ name }) => name)).toEqual(['hold']);
    const closed = bus.close();
    commit.resolve();
    await work;
    expect(heard).toEqual([1]);
    expect(await closed).toMatchObject({ drained: 1, aborted: [], dropped: 0 });
  });

  it('delivers what was accepted before the door closed also when its work ends after that', async () => {
    jest.useFakeTimers();
    try {
      const { bus, heard } = listeningBus();
      const commit = controlledPromise();
      const work = bus.hold(async (held) => {
        held.emit('order:placed', 'accepted');
        await commit.promise;
        held.emit('order:placed', 'too late');
      });
      const closed = bus.close({ timeout: 1000 });
      await jest.advanceTimersByTimeAsync(600);
      expect(bus.inspect().state).toBe('closed');
      commit.resolve();
      await work;
      expect(heard).toEqual(['accepted']);
      expect(await closed).toMatchObject({ aborted: [], dropped: 1 });
    } finally {
      jest.useRealTimers();
    }
  });

  it('that ends after the bus drops its events, which are counted', async () => {
    const { bus, told, heard } = listeningBus();
    const commit = controlledPromise();
    const work = bus.hold(async (held) => {
      held.emit('order:placed', 1);
      held.scope('tenant').emit('order:placed', 2);
      await commit.promise;
      return 'committed';
    });
    expect((await bus.close({ timeout: 0 })).aborted).toEqual(['hold']);
    commit.resolve();
    expect(await work).toBe('committed');
    expect(heard).toEqual([]);
    expect(told.dropped.map(({ event, reason }) => [event.data, reason])).toEqual([
      [1, 'closed'],
      [2, 'closed'],
    ]);
  });

  it('drops what was emitted in a scope that closed meanwhile, and no more', async () => {
    const { bus, told, heard } = listeningBus();
    await bus.hold((held) => {
      held.scope('tenant').emit('order:placed', 'in scope');
      held.emit('order:placed', 'outside');
      bus.closeScope('tenant');
    });
    expect(heard).toEqual(['outside']);
    expect(told.dropped).toHaveLength(1);
  });

  it.each([undefined, 'tenant'])(
    'leaves subscriptions made on its bus whole, whose contexts can emit when it is over (scope %s)',
    async (scope) => {
      const { bus, told } = recordedBus();
      const inScope = (view: EventBus): EventBus => (scope === undefined ? view : view.scope(scope));
      await bus.hold((held) => {
        inScope(held).on('step:first', (_data: unknown, _event: unknown, context: HandlerContext) => {
          context.emit('step:next');
        });
      });
      inScope(bus).emit('step:first');
      expect(told.failed).toEqual([]);
      expect(told.emitted.map((event) => [event.topic, event.scope])).toEqual([
        ['step:first', scope],
        ['step:next', scope],
      ]);
    },
  );
});
