import { describe, expect, it } from '@jest/globals';
import type { BusEvent } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { heapUsed, settled } from '../support/heap.js';
import { printFigures } from './figures.js';
import { seededRandom } from './random.js';
import { slopeOf } from './trend.js';

/** For how long, in seconds: a test of ten minutes is `STRESS_CHURN_SECONDS=600 npm run test:stress -- churn`. */
const SECONDS = Number(process.env['STRESS_CHURN_SECONDS'] ?? 15);
const CYCLES = 10_000;
/** MB by the trend of the whole run. Some hundred bytes left behind by one kind of cycle are more, even in the shortest run. */
const BOUND = 0.5;

describe('Minutes of churn', () => {
  it(
    'leave the heap flat, and nothing in the bus',
    async () => {
      const bus = new RootEventBus({
        history: { capacity: 10 },
        routeCacheSize: 1_000,
        deadLetters: { capacity: 10 },
      });
      bus.observe({ failed: nothing, taskFailed: nothing, overflowed: nothing, warned: nothing });
      const kept = bus.on('job:**', () => Promise.resolve());
      const churn = new Churn(bus);
      const heap: number[] = [];
      const end = performance.now() + SECONDS * 1_000;
      do {
        await churn.run(CYCLES);
        heap.push(await heapUsed());
      } while (performance.now() < end || heap.length < MIN_ROUNDS);

      await collected(bus, 1);

      const flat = heap.slice(Math.floor(heap.length / 3)); // the first third grows tables that V8 keeps
      const growth = (slopeOf(flat) * flat.length) / 2 ** 20;
      const { counters, subscriptions, tasks, scopes } = bus.inspect();
      printFigures('churn', {
        cycles: heap.length * CYCLES,
        events: counters.emitted,
        'MB before': flat[0]! / 2 ** 20,
        'MB after': flat.at(-1)! / 2 ** 20,
        'MB by trend': growth,
      });
      expect(growth).toBeLessThan(BOUND);
      expect(subscriptions.map(({ id }) => id)).toEqual([kept.id]);
      expect({ tasks, scopes }).toEqual({ tasks: [], scopes: [] });
      expect(churn.kinds).toEqual(new Set(Object.keys(KINDS)));
    },
    SECONDS * 2_000 + 60_000,
  );
});

const MIN_ROUNDS = 9;

/** Until of the subscriptions that nobody holds any more none is left; or not, if something holds them after all. */
async function collected(bus: RootEventBus, left: number): Promise<void> {
  for (let turn = 0; turn < 100 && bus.inspect().subscriptions.length > left; turn++) await heapUsed();
}

/** What comes and goes, one kind after the other at random, the same in every run. */
class Churn {
  /** The kinds that came. */
  readonly kinds = new Set<string>();
  readonly #random = seededRandom(7);
  readonly #names = Object.keys(KINDS);
  #cycle = 0;

  constructor(private readonly bus: RootEventBus) {}

  async run(cycles: number): Promise<void> {
    for (let n = 0; n < cycles; n++) {
      const name = this.#names[Math.floor(this.#random() * this.#names.length)]!;
      this.kinds.add(name);
      const outcome = KINDS[name]!(this.bus, this.#cycle++);
      // As requests would: some at once, with turns of the event loop in between, at whose end weak references let go.
      if (n % 100 === 0) await outcome;
      if (n % 1_000 === 0) await settled();
    }
    await this.bus.idle();
  }
}

const nothing = (): void => undefined;
const OVERFLOWS = ['drop-oldest', 'drop-newest', 'refuse', 'wait'] as const;

const KINDS: Readonly<Record<string, (bus: RootEventBus, n: number) => unknown>> = {
  subscription(bus, n) {
    const subscription = bus.on(n % 2 === 0 ? 'order:*' : `order:${n % 100_000}`, () => undefined);
    bus.emit(`order:${n % 100_000}`, n);
    subscription.unsubscribe();
  },
  'weak subscription': (bus) => bus.on('weak:*', () => undefined, { weak: true }).unsubscribe(),
  'weak subscription that is collected': (bus, n) => bus.on(`weak:${n}`, () => undefined, { weak: true }),
  'queue that overflows, and is left full'(bus, n) {
    const options = { queue: { capacity: 2, overflow: OVERFLOWS[n % OVERFLOWS.length]!, concurrency: 2 } };
    const subscription = bus.on(`queue:${n}`, () => settled(), options);
    for (let event = 0; event < 5; event++) bus.emit(`queue:${n}`, event);
    subscription.unsubscribe();
  },
  async 'queue that drains'(bus, n) {
    const queue = { concurrency: 2, orderBy: ({ data }: BusEvent<number>) => data % 3 };
    const subscription = bus.on(`queue:${n}`, () => Promise.resolve(), { queue });
    for (let event = 0; event < 5; event++) bus.emit(`queue:${n}`, event);
    await settled();
    subscription.unsubscribe();
  },
  async 'wait for room'(bus, n) {
    const subscription = bus.on(`queue:${n}`, () => settled(), { queue: { capacity: 1, overflow: 'wait' } });
    const controller = new AbortController();
    const { signal } = controller;
    const emits = [1, 2, 3, 4].map((event) => bus.emitAsync(`queue:${n}`, event, { signal }).catch(nothing));
    if (n % 2 === 0) controller.abort();
    if (n % 3 === 0) subscription.unsubscribe();
    await Promise.all(emits);
    subscription.unsubscribe();
  },
  once(bus, n) {
    bus.once(`once:${n}`, nothing);
    bus.emit(`once:${n}`);
  },
  'failing handler'(bus) {
    const subscription = bus.on('order:failing', async () => fail());
    bus.emit('order:failing');
    subscription.unsubscribe();
  },
  async 'retries that end with the subscription'(bus, n) {
    const retry = { attempts: 3, backoff: n % 2 };
    const subscription = bus.on(`retry:${n}`, fail, { retry, timeout: 1_000, queue: n % 3 === 0 });
    bus.emit(`retry:${n}`);
    await settled();
    subscription.unsubscribe();
  },
  async 'pause after a failure'(bus, n) {
    const subscription = bus.on(`pause:${n}`, fail, { pause: { failures: 1 }, timeout: 1_000 });
    await bus.emitAsync(`pause:${n}`);
    bus.emit(`pause:${n}`);
    subscription.unsubscribe();
  },
  async redelivery(bus, n) {
    let isCured = false;
    const handler = (): void => (isCured ? nothing() : fail());
    const subscription = bus.on(`cured:${n}`, handler);
    const { failures } = await bus.emitAsync(`cured:${n}`);
    isCured = true;
    await bus.deadLetters.redeliver(failures[0]!.deadLetter!);
    subscription.unsubscribe();
  },
  async 'awaited emit'(bus) {
    await bus.emitAsync('job:run');
  },
  async scope(bus, n) {
    const scope = bus.scope(`tenant-${n}`);
    scope.on('order:*', () => settled());
    scope.scope('inner').emit('order:placed', n);
    await scope.emitAsync('order:placed', n);
    scope.closeScope();
  },
  task: (bus, n) => bus.track('job', (signal) => (n % 2 === 0 ? settled() : rejectedBy(signal))).cancel(),
  'failing task': (bus) => bus.track('job', async () => fail()),
  hold: (bus, n) =>
    bus
      .hold(async (inside) => {
        inside.emit('order:held', n);
        if (n % 2 === 0) throw new Error('rolled back');
        await settled();
      })
      .catch(nothing),
  async wait(bus, n) {
    const waiting = bus.waitFor(`wait:${n}`);
    bus.emit(`wait:${n}`);
    await waiting;
  },
  async 'aborted wait'(bus) {
    const controller = new AbortController();
    const waiting = bus.waitFor('never:emitted', { signal: controller.signal }).catch(nothing);
    controller.abort();
    await waiting;
  },
  async stream(bus, n) {
    const stream = bus.stream(`stream:${n}`, { capacity: 2 });
    for (let event = 0; event < 5; event++) bus.emit(`stream:${n}`, event);
    for await (const { data } of stream) if (data === 4 || n % 2 === 0) break;
    await stream.return();
  },
  'stream that is abandoned'(bus, n) {
    bus.stream(`stream:${n}`);
    bus.emit(`stream:${n}`);
  },
  'stream that is left unread'(bus) {
    const stream = bus.stream('stream:*');
    bus.emit('stream:part');
    return stream.return();
  },
};

function fail(): never {
  throw new Error('on purpose');
}

async function rejectedBy(signal: AbortSignal): Promise<void> {
  await settled();
  signal.throwIfAborted();
}
