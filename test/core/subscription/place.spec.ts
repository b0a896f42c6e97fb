import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from '../../../src/core/event/pattern.js';
import { NOBODY } from '../../../src/core/owner.js';
import { Place } from '../../../src/core/subscription/place.js';
import type { RawHandler } from '../../../src/core/subscription/raw-handler.js';
import { ownerOf, Subscription } from '../../../src/core/subscription/subscription.js';
import type { Subscribing } from '../../support/subscription.js';

const SUBSCRIBED = { bus: undefined, engine: {}, scope: { path: undefined } };

function placeOf(pattern: string) {
  const left: Subscription[] = [];
  const place = new Place(compilePattern(pattern), (_place, subscription) => {
    left.push(subscription);
    subscription.ended();
  });
  const subscribe = ({
    handler = () => undefined,
    traits,
    owner = NOBODY,
  }: Subscribing = {}): Subscription => {
    const subscription = new Subscription({ ...SUBSCRIBED, owner }, place, handler, traits && { traits });
    place.add(subscription);
    return subscription;
  };
  const add = (priority?: number): Subscription =>
    subscribe(priority === undefined ? {} : { traits: { priority } });
  return { place, subscribe, add, left };
}

describe('A place', () => {
  it('has its subscriptions in the order in which they came, few or many, whoever leaves', () => {
    // Each number is that of the one who leaves, or somebody comes; in waves, so that a crowd comes and goes.
    const waves = fc.array(fc.tuple(fc.nat({ max: 90 }), fc.array(fc.nat(), { maxLength: 90 })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(waves, (all) => {
        const { place, add } = placeOf('a:b');
        let live: Subscription[] = [];
        for (const [coming, going] of all) {
          for (let n = 0; n < coming; n++) live.push(add());
          expect(place.subscriptions).toEqual(live);
          for (const n of going) {
            const gone = live[n % live.length];
            live = live.filter((each) => each !== gone);
            expect(gone?.unsubscribe() ?? true).toBe(true);
            expect(place.size).toBe(live.length);
          }
          expect(place.subscriptions).toEqual(live);
        }
      }),
    );
  });

  it.each([3, 100])('never changes a list that it has given away (%d subscriptions)', (count) => {
    const { place, add } = placeOf('a:b');
    const live = Array.from({ length: count }, () => add());
    const given = place.subscriptions;
    live[1]!.unsubscribe();
    add();
    expect(given).toEqual(live);
  });

  it('is a crowd when there are many, and no longer when there are few, with room in between', () => {
    const { place, add } = placeOf('a:b');
    // A crowd gives away another list each time that it is asked.
    const isCrowd = (): boolean => place.subscriptions !== place.subscriptions;
    const live = Array.from({ length: 32 }, () => add());
    expect(isCrowd()).toBe(false);
    live.push(add());
    expect(isCrowd()).toBe(true);
    while (live.length > 17) live.pop()!.unsubscribe();
    expect(isCrowd()).toBe(true);
    live.pop()!.unsubscribe();
    expect(isCrowd()).toBe(false);
    expect(place.subscriptions).toEqual(live);
  });

  it.each([0, 100])('finds the twin of the same owner and handler, or key, among %d others', (others) => {
    const { place, subscribe } = placeOf('a:b');
    const handler = (): void => {};
    const other = (): void => {};
    const plain = subscribe({ handler });
    for (let n = 0; n < others; n++) subscribe();
    const keyed = subscribe({ handler, traits: { key: 'k' } });
    subscribe({ handler, traits: { key: false } });

    expect(place.twinOf(NOBODY, handler, undefined)).toBe(plain);
    expect(place.twinOf(NOBODY, other, 'k')).toBe(keyed);
    expect(place.twinOf(NOBODY, other, undefined)).toBeUndefined();
    expect(place.twinOf(NOBODY, handler, 'l')).toBeUndefined();
    for (const key of [undefined, 'k']) expect(place.twinOf({}, handler, key)).toBeUndefined();

    const foreign = subscribe({ handler, traits: { key: 'k' }, owner: {} });
    for (const gone of [plain, keyed]) gone.unsubscribe();
    for (const key of [undefined, 'k']) expect(place.twinOf(NOBODY, handler, key)).toBeUndefined();
    expect(place.twinOf(ownerOf(foreign), other, 'k')).toBe(foreign);
    const weak = subscribe({ handler, traits: { weak: true } });
    expect(place.twinOf(NOBODY, handler, undefined)).toBe(weak);
  });

  it('finds twins by key after many have come and gone', () => {
    const { place, subscribe } = placeOf('a:b');
    const live = Array.from({ length: 100 }, (_, n) => subscribe({ traits: { key: `k${n}` } }));
    for (let n = 0; n < 1_000; n++) {
      live[n % 100]!.unsubscribe();
      live[n % 100] = subscribe({ traits: { key: `k${n % 150}` } });
    }
    for (const one of live) {
      const { key } = one.traits;
      expect(live).toContain(place.twinOf(NOBODY, () => {}, key as string));
    }
    expect(place.twinOf(NOBODY, () => {}, 'never')).toBeUndefined();
  });

  it.each([1, 50])('knows whether all are ordinary (beside %d that are)', (count) => {
    const { place, add } = placeOf('a:b');
    for (let n = 0; n < count; n++) add(0);
    expect(place.areOrdinary).toBe(true);
    const special = add(1);
    expect(place.areOrdinary).toBe(false);
    special.unsubscribe();
    expect(place.areOrdinary).toBe(true);
  });

  it('tells once of each who leaves', () => {
    const { place, add, left } = placeOf('a:b');
    const [first, second] = [add(), add()];
    expect([first.unsubscribe(), first.unsubscribe(), place.remove(first)]).toEqual([true, false, false]);
    expect(left).toEqual([first]);
    expect(place.subscriptions).toEqual([second]);
  });

  it('answers what only nearly matches its pattern', () => {
    const { place } = placeOf('Order.*');
    const isNearMiss = (topic: string, folded: string) => place.isNearMiss(topic, folded);
    expect(isNearMiss('order:placed', 'order:placed')).toBe(true);
    expect(isNearMiss('Order.placed', 'order:placed')).toBe(false);
    expect(isNearMiss('cart:placed', 'cart:placed')).toBe(false);
  });
});

describe('A crowd', () => {
  it('leaves its members as they are, wherever it moves them', () => {
    const { subscribe, add } = placeOf('a:b');
    const early = Array.from({ length: 200 }, () => add());
    const handler: RawHandler = (_data, _event, _context) => undefined;
    const late = Array.from({ length: 20 }, () => subscribe({ handler }));
    for (const one of late) [one.held, one.spent] = [true, one.pause()];
    for (const one of early) one.unsubscribe();
    for (const one of late) {
      expect(one).toMatchObject({ wantsContext: true, held: true, spent: true, paused: true, active: true });
    }
    for (const one of late) one.unsubscribe();
    for (const one of [...early, ...late]) expect(one.active).toBe(false);
  });

  it('moves its members a bounded number of times, however many come and go', () => {
    const { place, add } = placeOf('a:b');
    const live = Array.from({ length: 1_000 }, () => add());
    const looks = jest.spyOn(Array.prototype, 'indexOf');
    for (let n = 0; n < 10_000; n++) {
      live[n % 1_000]!.unsubscribe();
      live[n % 1_000] = add();
    }
    // To look for the first gap, each time that there are as many gaps as members.
    const times = looks.mock.calls.length;
    looks.mockRestore();
    expect(times).toBeGreaterThan(5);
    expect(times).toBeLessThanOrEqual(10);
    expect(new Set(place.subscriptions)).toEqual(new Set(live));
  });
});
