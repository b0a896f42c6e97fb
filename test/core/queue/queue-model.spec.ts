import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BusEvent, EmitReport, Overflow, Subscription } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';

/** What can be done to a queue from outside. `nth` counts whatever there is, round and round. */
type Step =
  | { do: 'emit' | 'emitAsync'; key: number }
  | { do: 'finish' | 'abort'; nth: number }
  | { do: 'pause' | 'resume' | 'unsubscribe' };

interface Setup {
  capacity: number;
  overflow: Overflow;
  concurrency: number;
  byKey: boolean;
}

interface Item {
  readonly n: number;
  readonly key: number;
}

/** A queue in arrays. Nothing is indexed, and everything is decided anew after each step. */
class NaiveQueue {
  readonly waiting: Item[] = [];
  readonly blocked: Item[] = [];
  readonly running: Item[] = [];
  readonly begun: number[] = [];
  /** Events whose `emitAsync` has resolved, and how often each counted as queued and as failed. */
  readonly reports = new Map<number, readonly [queued: number, failures: number]>();
  dropped = 0;
  refused = 0;
  relieved = 0;
  run = 0;
  paused = false;
  ended = false;

  constructor(private readonly setup: Setup) {}

  emit(item: Item, isAsync: boolean): void {
    const { capacity, overflow } = this.setup;
    const report = (queued: number, failures: number): void => {
      if (isAsync) this.reports.set(item.n, [queued, failures]);
    };
    if (this.ended) return report(0, 0);
    if (this.waiting.length < capacity) {
      this.waiting.push(item);
      report(1, 0);
    } else if (overflow === 'drop-oldest') {
      this.waiting.shift();
      this.waiting.push(item);
      this.lose('dropped');
      report(1, 0);
    } else if (overflow === 'drop-newest') {
      this.lose('dropped');
      report(0, 0);
    } else if (overflow === 'wait' && isAsync) {
      this.blocked.push(item);
    } else {
      this.lose('refused');
      report(0, 1);
    }
  }

  abort(nth: number): number | undefined {
    if (this.blocked.length === 0) return undefined;
    const [item] = this.blocked.splice(nth % this.blocked.length, 1);
    this.lose('refused');
    return item!.n;
  }

  finish(item: Item): void {
    this.running.splice(this.running.indexOf(item), 1);
  }

  unsubscribe(): void {
    if (this.ended) return;
    this.ended = true;
    this.dropped += this.waiting.length + this.blocked.length;
    for (const { n } of this.blocked) this.reports.set(n, [0, 0]);
    this.endRun();
    this.waiting.length = this.blocked.length = 0;
  }

  /** Begins what may begin: the oldest whose key is not busy, as long as there is room to run. */
  settle(): void {
    const { concurrency, byKey, capacity } = this.setup;
    while (!this.paused && !this.ended && this.running.length < concurrency) {
      const next = this.waiting.findIndex(
        ({ key }) => !byKey || this.running.every((other) => other.key !== key),
      );
      if (next === -1) return;
      const [item] = this.waiting.splice(next, 1);
      this.running.push(item!);
      this.begun.push(item!.n);
      const waiter = this.blocked.shift();
      if (waiter !== undefined) {
        this.waiting.push(waiter);
        this.reports.set(waiter.n, [1, 0]);
      }
      if (this.waiting.length <= capacity / 2) this.endRun();
    }
  }

  private lose(how: 'dropped' | 'refused'): void {
    this[how]++;
    this.run++;
  }

  private endRun(): void {
    this.relieved += this.run;
    this.run = 0;
  }
}

/** The real one, whose handler finishes when it is told to. */
class RealQueue {
  readonly bus = new RootEventBus();
  readonly subscription: Subscription;
  readonly begun: number[] = [];
  readonly reports = new Map<number, EmitReport>();
  readonly running = new Map<number, () => void>();
  readonly controllers = new Map<number, AbortController>();
  readonly rejected: number[] = [];
  relieved = 0;
  mostRunning = 0;

  constructor({ byKey, ...queue }: Setup) {
    const options = byKey ? { ...queue, orderBy: ({ data }: BusEvent<Item>) => data.key } : queue;
    this.subscription = this.bus.on('job:run', (item: Item) => this.#handle(item), { queue: options });
    this.bus.observe({
      overflowed: () => undefined,
      relieved: (_subscription, losses) => void (this.relieved += losses),
    });
  }

  /** Odd ones are finished at once, as synchronous handlers are. */
  #handle({ n }: Item): Promise<void> | undefined {
    this.begun.push(n);
    if (isSync(n)) return undefined;
    this.mostRunning = Math.max(this.mostRunning, this.running.size + 1);
    return new Promise((resolve) => this.running.set(n, resolve));
  }

  emitAsync(item: Item): void {
    const controller = new AbortController();
    this.controllers.set(item.n, controller);
    void this.bus.emitAsync('job:run', item, { signal: controller.signal }).then(
      (report) => this.reports.set(item.n, report),
      () => this.rejected.push(item.n),
    );
  }
}

const ascending = (a: number, b: number): number => a - b;
const isSync = (n: number): boolean => n % 3 === 0;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const nth = fc.nat();
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 50,
    arbitrary: fc.record({
      do: fc.constantFrom('emit' as const, 'emitAsync' as const),
      key: fc.nat({ max: 2 }),
    }),
  },
  { weight: 30, arbitrary: fc.record({ do: fc.constant('finish' as const), nth }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('abort' as const), nth }) },
  {
    weight: 15,
    arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const) }) },
);
/** Steps of one burst are done without a turn of the event loop between them. */
const bursts = fc.array(fc.array(step, { minLength: 1, maxLength: 6, size: 'max' }), {
  maxLength: 30,
  size: 'max',
});
const setup: fc.Arbitrary<Setup> = fc.record({
  capacity: fc.integer({ min: 1, max: 5 }),
  overflow: fc.constantFrom<Overflow[]>('drop-oldest', 'drop-newest', 'refuse', 'wait'),
  concurrency: fc.integer({ min: 1, max: 3 }),
  byKey: fc.boolean(),
});

function perform(todo: Step, item: Item, model: NaiveQueue, real: RealQueue, rejected: number[]): void {
  switch (todo.do) {
    case 'emit':
      model.emit(item, false);
      real.bus.emit('job:run', item);
      break;
    case 'emitAsync':
      model.emit(item, true);
      real.emitAsync(item);
      break;
    case 'abort': {
      const aborted = model.abort(todo.nth);
      if (aborted === undefined) break;
      rejected.push(aborted);
      real.controllers.get(aborted)!.abort();
      break;
    }
    case 'pause':
      model.paused ||= !model.ended;
      real.subscription.pause();
      break;
    case 'resume':
      model.paused &&= model.ended;
      real.subscription.resume();
      break;
    case 'unsubscribe':
      model.unsubscribe();
      real.subscription.unsubscribe();
      break;
    case 'finish':
      break; // at the end of a burst, since it takes effect in a microtask
  }
}

/** Lets the model come to rest as the real one does: what is synchronous is over as soon as it has begun. */
function rest(model: NaiveQueue): void {
  for (;;) {
    model.settle();
    const sync = model.running.find(({ n }) => isSync(n));
    if (sync === undefined) return;
    model.finish(sync);
  }
}

function expectAlike(model: NaiveQueue, real: RealQueue, emitted: number, rejected: readonly number[]): void {
  const { delivered, dropped, refused, queue } = real.subscription.toJSON();
  const { capacity } = queue!;
  expect(queue).toEqual({
    capacity,
    waiting: model.waiting.length + model.blocked.length,
    blocked: model.blocked.length,
    running: model.running.length,
  });
  expect({ delivered, dropped, refused }).toEqual({
    delivered: model.begun.length,
    dropped: model.dropped,
    refused: model.refused,
  });
  expect(delivered + dropped + refused + queue!.waiting).toBe(emitted);
  expect([...real.running.keys()].toSorted(ascending)).toEqual(
    model.running.map(({ n }) => n).toSorted(ascending),
  );
  expect(real.relieved).toBe(model.relieved);
  expect(real.rejected.toSorted(ascending)).toEqual(rejected.toSorted(ascending));
  const reports = [...real.reports].map(
    ([n, { queued, failures }]) => [n, [queued, failures.length]] as const,
  );
  expect(new Map(reports)).toEqual(model.reports);
}

describe('A queue', () => {
  it('takes, delivers, loses and counts what a plain model does, whatever comes when', async () => {
    const seen = { losses: 0, blocked: 0, twoAtOnce: 0, aborted: 0, ended: 0, delivered: 0 };
    const RUNS = 400;
    await fc.assert(
      fc.asyncProperty(setup, bursts, async (options, todo) => {
        const model = new NaiveQueue(options);
        const real = new RealQueue(options);
        const rejected: number[] = [];
        const keys = new Map<number, number>();
        let emitted = 0;
        for (const burst of todo) {
          for (const each of burst) {
            const comes = each.do === 'emit' || each.do === 'emitAsync';
            // What comes after the end of its subscription is nobody's.
            const counts = comes && !model.ended;
            const item = { n: counts ? ++emitted : -1 - emitted, key: comes ? each.key : 0 };
            keys.set(item.n, item.key);
            perform(each, item, model, real, rejected);
            if (model.blocked.length > 0) seen.blocked++;
          }
          rest(model);
          await settled();
          for (const each of burst) {
            if (each.do !== 'finish' || model.running.length === 0) continue;
            const item = model.running[each.nth % model.running.length]!;
            model.finish(item);
            rest(model);
            real.running.get(item.n)!();
            real.running.delete(item.n);
            await settled();
          }
          // What came for nobody is reported, but of no interest.
          for (const reports of [model.reports, real.reports])
            for (const n of reports.keys()) if (n < 0) reports.delete(n);
          expectAlike(model, real, emitted, rejected);
        }
        expect(real.begun.toSorted(ascending)).toEqual(model.begun.toSorted(ascending));
        for (const key of [0, 1, 2]) {
          const begun = real.begun.filter((n) => !options.byKey || keys.get(n) === key);
          expect(begun).toEqual(begun.toSorted(ascending));
        }
        seen.losses += model.dropped + model.refused;
        seen.twoAtOnce += real.mostRunning > 1 ? 1 : 0;
        seen.aborted += rejected.length;
        seen.ended += model.ended ? 1 : 0;
        seen.delivered += model.begun.length;
        // Everything that runs ends, and nothing is left.
        real.subscription.resume();
        for (let turn = 0; real.running.size > 0 || turn < 2; turn++) {
          for (const done of real.running.values()) done();
          real.running.clear();
          await settled();
        }
        await real.bus.idle();
        const { delivered, dropped, refused } = real.subscription;
        expect(delivered + dropped + refused).toBe(emitted);
        await real.bus.close();
      }),
      { numRuns: RUNS },
    );
    // What never comes about is never tested.
    for (const [what, often] of Object.entries(seen)) expect([what, often > RUNS / 20]).toEqual([what, true]);
  }, 120_000);
});
