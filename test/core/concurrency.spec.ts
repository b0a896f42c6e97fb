import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { EventBus, HandlerContext, Subscription, TopicLike } from 'nestjs-event-bus/core';
import { defineEvent, RecursionError, RootEventBus } from 'nestjs-event-bus/core';
import { controlledPromise } from '../support/controlled-promise.js';
import { recordedBus } from '../support/recorded-bus.js';
import { schemaOf } from '../support/standard-schema.js';

/** Until every promise chain has come to rest. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the scheduler settle what it was given, one at a time, in an order of its own, each with all that follows. */
async function runOut(scheduler: fc.Scheduler, after: () => void = () => undefined): Promise<void> {
  await settled();
  while (scheduler.count() > 0) {
    await scheduler.waitOne();
    await settled();
    after();
  }
}

/** Something asynchronous that takes as long as the scheduler likes. */
const pause = (scheduler: fc.Scheduler, label: string): Promise<void> =>
  scheduler.schedule(Promise.resolve(), label);

/** Handlers that come and go, of which every third is synchronous, and events that run through them at the same time. */
class Crowd {
  readonly bus = new RootEventBus();
  /** By event: the handlers that were called, and those that were there when it was emitted. */
  readonly calls = new Map<number, string[]>();
  readonly expected = new Map<number, string[]>();
  /** By event that was awaited. */
  readonly results = new Map<number, readonly unknown[]>();
  readonly expectedResults = new Map<number, readonly unknown[]>();
  readonly overlaps: string[] = [];
  readonly #live: { name: string; subscription: Subscription }[] = [];
  readonly #running = new Map<number, string>();
  #names = 0;

  constructor(private readonly scheduler: fc.Scheduler) {}

  subscribe(): void {
    const nth = this.#names++;
    const name = `handler ${nth}`;
    const subscription = this.bus.on(nth % 2 === 0 ? 'job:*' : 'job:run', (event: number) => {
      this.calls.get(event)!.push(name);
      return nth % 3 === 0 ? name : this.#handle(event, name);
    });
    this.#live.push({ name, subscription });
  }

  unsubscribe(): void {
    this.#live.shift()?.subscription.unsubscribe();
  }

  emit(): void {
    this.bus.emit('job:run', this.#begin());
  }

  async emitAsync(): Promise<void> {
    const event = this.#begin();
    this.expectedResults.set(event, this.expected.get(event)!);
    const { results } = await this.bus.emitAsync('job:run', event);
    this.results.set(event, results);
    if (this.#running.has(event)) this.overlaps.push(`${event} is done while a handler runs`);
  }

  #begin(): number {
    const event = this.calls.size;
    this.calls.set(event, []);
    this.expected.set(
      event,
      this.#live.map(({ name }) => name),
    );
    return event;
  }

  async #handle(event: number, name: string): Promise<string> {
    const other = this.#running.get(event);
    if (other !== undefined && this.expectedResults.has(event)) this.overlaps.push(`${other} and ${name}`);
    this.#running.set(event, name);
    await pause(this.scheduler, `${name} has event ${event}`);
    this.#running.delete(event);
    return name;
  }
}

describe('concurrent emits', () => {
  it('each call every handler that was there when they began, once, in order, whatever comes and goes meanwhile', async () => {
    const kind = fc.constantFrom('emit', 'emitAsync', 'emitAsync', 'subscribe', 'unsubscribe');
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(kind, { minLength: 2, maxLength: 12 }),
        async (scheduler, todo) => {
          const crowd = new Crowd(scheduler);
          crowd.subscribe();
          crowd.subscribe();
          const acts = todo.map((what, at) => pause(scheduler, `${at}: ${what}`).then(() => crowd[what]()));
          await runOut(scheduler);
          await Promise.all(acts);
          await crowd.bus.idle();
          expect(crowd.calls).toEqual(crowd.expected);
          expect(crowd.results).toEqual(crowd.expectedResults);
          expect(crowd.overlaps).toEqual([]);
          const { counters, tasks } = crowd.bus.inspect();
          expect(counters.delivered).toBe([...crowd.expected.values()].flat().length);
          expect(tasks).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that are awaited inside handlers end before the handlers that await them, and count as nested in their own chain alone', async () => {
    // Node n is the child of node parents[n] modulo n.
    const tree = fc.array(fc.nat(), { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), tree, fc.boolean(), async (scheduler, parents, atOnce) => {
        const parentOf = (node: number): number | undefined =>
          node === 0 ? undefined : parents[node]! % node;
        const depthOf = (node: number): number => (node === 0 ? 1 : 1 + depthOf(parentOf(node)!));
        const nodes = [...parents.keys()];
        const deepest = Math.max(...nodes.map(depthOf));
        const run = async (recursionLimit: number): Promise<number[]> => {
          const bus = new RootEventBus({ recursionLimit });
          const done: number[] = [];
          bus.on('node:*', async (node: number, _event, context: HandlerContext) => {
            const children = nodes.filter((each) => parentOf(each) === node);
            const emitChild = async (child: number): Promise<void> => {
              (await context.emitAsync('node:child', child)).throwIfFailed();
              expect(done).toContain(child);
            };
            await pause(scheduler, `node ${node}`);
            if (atOnce) await Promise.all(children.map(emitChild));
            else for (const child of children) await emitChild(child);
            done.push(node);
          });
          const roots = [bus.emitAsync('node:root', 0), bus.emitAsync('node:root', 0)];
          await runOut(scheduler);
          for (const report of await Promise.all(roots)) report.throwIfFailed();
          return done;
        };
        const done = await run(deepest);
        expect(done.toSorted((a, b) => a - b)).toEqual([...nodes, ...nodes].toSorted((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });

  it('are refused in the chain that is too deep, and nowhere else', async () => {
    const bus = new RootEventBus({ recursionLimit: 3 });
    const depths: number[] = [];
    // The next handler is called after an await, and has to be part of the chain all the same.
    bus.on('level:*', () => settled(), { priority: 1 });
    bus.on('level:*', async (left: number, _event, context: HandlerContext) => {
      await Promise.resolve();
      if (left > 0) (await context.emitAsync('level:next', left - 1)).throwIfFailed();
      depths.push(left);
    });
    bus.observe({ failed: () => undefined });
    const reports = await Promise.all([2, 3, 2, 1].map((left) => bus.emitAsync('level:first', left)));
    expect(reports.map(({ failures }) => failures.length)).toEqual([0, 1, 0, 0]);
    const root = (error: unknown): unknown =>
      (error as Error).cause === undefined ? error : root((error as Error).cause);
    expect(root(reports[1]!.failures[0]!.error)).toBeInstanceOf(RecursionError);
    expect(depths.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });

  it('give a once-subscription that is in both of their lists one event', async () => {
    const bus = new RootEventBus();
    const gate = controlledPromise();
    const heard: unknown[] = [];
    bus.on('job:run', () => gate.promise);
    bus.once('job:run', (data) => void heard.push(data));
    const reports = [bus.emitAsync('job:run', 'first'), bus.emitAsync('job:run', 'second')];
    gate.resolve();
    expect((await Promise.all(reports)).map(({ delivered }) => delivered)).toEqual([2, 1]);
    expect(heard).toEqual(['first']);
  });

  it('of a filter give a once-subscription one event', () => {
    const bus = new RootEventBus();
    const heard: unknown[] = [];
    const filter = (data: unknown): boolean => {
      if (data === 'outer') bus.emit('job:run', 'inner');
      return true;
    };
    bus.once('job:run', (data) => void heard.push(data), { filter });
    bus.emit('job:run', 'outer');
    expect(heard).toEqual(['inner']);
  });
});

describe('idle', () => {
  it('resolves in the moment in which nothing is in flight: never early, never late', async () => {
    const kind = fc.constantFrom(
      'emit',
      'emitAsync',
      'sync schema',
      'async schema',
      'hold',
      'failed hold',
      'track',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(kind, { minLength: 1, maxLength: 8 }),
        async (scheduler, todo) => {
          const bus = new RootEventBus();
          /** Handler calls that are due or running, open holds and tracked work. */
          let open = 0;
          let waiting = 0;
          const early: string[] = [];
          const take = pause.bind(undefined, scheduler);

          for (const pattern of ['work:*', 'work:**']) {
            bus.on(pattern, async (left: number) => {
              await take(`${pattern} ${left}`);
              if (left > 0) emit('work:more', left - 1);
              open--;
            });
          }
          const emit = (topic: TopicLike, left: number, on: EventBus = bus): void => {
            open += 2;
            on.emit(topic, left);
          };
          const emitAsync = (topic: TopicLike): void => {
            open += 2;
            void bus.emitAsync(topic, 1);
          };
          const hold = (work: (bus: EventBus) => void): void => {
            open++;
            const held = bus.hold(async (inside) => {
              await take('hold');
              work(inside);
              await take('end of hold');
              open--;
            });
            held.catch(() => undefined);
          };
          const syncSchema = defineEvent('work:sync', { schema: schemaOf((value) => ({ value })) });
          const asyncSchema = defineEvent('work:async', {
            schema: schemaOf((value) => take('schema').then(() => ({ value }))),
          });
          const begin: Record<(typeof todo)[number], () => void> = {
            emit: () => emit('work:plain', 1),
            emitAsync: () => emitAsync('work:plain'),
            'sync schema': () => emitAsync(syncSchema),
            'async schema': () => emitAsync(asyncSchema),
            hold: () => hold((inside) => emit('work:held', 1, inside)),
            'failed hold': () =>
              hold((inside) => {
                inside.emit('work:never', 1);
                open--;
                throw new Error('rolled back');
              }),
            track: () => {
              open++;
              bus.track(
                'tracked',
                take('tracked').then(() => open--),
              );
            },
          };
          for (const what of todo) {
            void take(`begin ${what}`).then(() => {
              begin[what]();
              waiting++;
              void bus.idle().then(() => {
                waiting--;
                if (open > 0) early.push(`${open} in flight`);
              });
            });
          }
          await runOut(scheduler, () => {
            expect(early).toEqual([]);
            expect(waiting > 0).toBe(open > 0);
          });
          expect([open, waiting]).toEqual([0, 0]);
          expect(bus.inspect().tasks).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('holds in parallel', () => {
  it('deliver each its own events, together and in order, when its work resolves, and none when it rejects', async () => {
    const plan = fc.record({
      events: fc.nat({ max: 3 }),
      fails: fc.boolean(),
      nested: fc.option(fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(plan, { minLength: 1, maxLength: 5 }),
        async (scheduler, plans) => {
          const bus = new RootEventBus();
          const heard: string[] = [];
          const expected: string[] = [];
          bus.on('row:saved', (name: string) => void heard.push(name));
          const holds = plans.map(({ events, fails, nested }, nth) =>
            bus.hold(async (inside) => {
              const emitted: string[] = [];
              for (let n = 0; n < events; n++) {
                await pause(scheduler, `hold ${nth}`);
                inside.emit('row:saved', `${nth}.${n}`);
                emitted.push(`${nth}.${n}`);
              }
              if (nested !== null) {
                const inner = inside.hold(async (innermost) => {
                  innermost.emit('row:saved', `${nth} nested`);
                  await pause(scheduler, `hold ${nth} nested`);
                  if (nested) throw new Error('rolled back to the savepoint');
                });
                await inner.then(
                  () => emitted.push(`${nth} nested`),
                  () => undefined,
                );
              }
              await pause(scheduler, `end of hold ${nth}`);
              expect(heard.filter((name) => name.startsWith(`${nth}`))).toEqual([]);
              if (fails) throw new Error('rolled back');
              expected.push(...emitted);
            }),
          );
          const all = Promise.allSettled(holds);
          await runOut(scheduler);
          const outcomes = await all;
          expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(
            plans.map(({ fails }) => fails),
          );
          expect(heard).toEqual(expected);
          expect(bus.inspect().tasks).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('close, while emits keep coming', () => {
  let isOver: boolean;
  beforeEach(() => {
    isOver = false;
  });
  afterEach(() => {
    isOver = true; // also where the test has failed
    jest.useRealTimers();
  });

  /** The clock stands still until it is told to go on; the event loop turns. */
  function stopTheClock(): void {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  }

  it('accepts them for half of its time, delivers all that it accepted, and refuses, counts and reports the rest', async () => {
    stopTheClock();
    const { bus, told } = recordedBus();
    const handled: unknown[] = [];
    const begun: unknown[] = [];
    bus.on('tick:*', async (n: number) => {
      begun.push(n);
      await settled();
      await settled();
      handled.push(n);
    });
    let emitted = 0;
    const traffic = (async () => {
      while (!isOver) {
        bus.emit('tick:tock', emitted++);
        await settled();
      }
    })();
    const comesAbout = async (condition: () => boolean): Promise<void> => {
      while (!condition() && !isOver) await settled();
    };
    await comesAbout(() => emitted > 5);
    const closing = bus.close({ timeout: 1_000 });
    const before = begun.length;
    await comesAbout(() => begun.length > before + 5);
    expect(told.dropped).toEqual([]);

    await jest.advanceTimersByTimeAsync(500);
    const report = await closing;
    await comesAbout(() => told.dropped.length > report.dropped + 5);
    isOver = true;
    await traffic;

    expect(report.aborted).toEqual([]);
    expect(begun).toEqual(told.emitted.map(({ data }) => data));
    expect(handled).toEqual(begun);
    expect(begun.length + told.dropped.length).toBe(emitted);
    expect(told.dropped.every(({ reason }) => reason === 'closed')).toBe(true);
    expect(bus.inspect()).toMatchObject({
      state: 'closed',
      subscriptions: [],
      tasks: [],
      counters: { emitted: begun.length, delivered: begun.length, dropped: told.dropped.length },
    });
    await bus.idle();
    await expect(bus.close()).resolves.toBe(report);
  });

  it('aborts and names what does not end in time', async () => {
    stopTheClock();
    const bus = new RootEventBus();
    const signals: AbortSignal[] = [];
    bus.on('job:run', function runForEver(_data, _event, { signal }) {
      signals.push(signal);
      return new Promise<void>(() => undefined);
    });
    const task = bus.track('export', (signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    bus.emit('job:run');
    const closing = bus.close({ timeout: 1_000 });
    await jest.advanceTimersByTimeAsync(999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await jest.advanceTimersByTimeAsync(1);
    await expect(closing).resolves.toMatchObject({ drained: 0, aborted: ['export', 'runForEver'] });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(task.state).toBe('cancelling');
  });

  it('delivers what a hold accepted before the door closed and releases before the time is up', async () => {
    stopTheClock();
    const bus = new RootEventBus();
    const heard: unknown[] = [];
    const gate = controlledPromise();
    bus.on('row:saved', (data) => void heard.push(data));
    const held = bus.hold(async (inside) => {
      inside.emit('row:saved', 'before');
      await gate.promise;
      inside.emit('row:saved', 'after');
    });
    const closing = bus.close({ timeout: 1_000 });
    await jest.advanceTimersByTimeAsync(600);
    expect(bus.inspect().state).toBe('closed');
    gate.resolve();
    await held;
    await expect(closing).resolves.toEqual({ drained: 1, aborted: [], dropped: 1, refused: 0 });
    expect(heard).toEqual(['before']);
  });

  it('drops, and counts, what a hold releases when the time is up', async () => {
    stopTheClock();
    const { bus, told } = recordedBus();
    const heard: unknown[] = [];
    const gate = controlledPromise();
    bus.on('row:saved', (data) => void heard.push(data));
    const held = bus.hold(async (inside) => {
      inside.emit('row:saved', 'before');
      await gate.promise;
    });
    const closing = bus.close({ timeout: 1_000 });
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(closing).resolves.toMatchObject({ aborted: ['hold'] });
    gate.resolve();
    await held;
    expect(heard).toEqual([]);
    expect(told.dropped).toMatchObject([{ event: { data: 'before' }, reason: 'closed' }]);
  });

  it('waits for the schema of an event that it accepted, and drops one whose schema answers when the time is up', async () => {
    stopTheClock();
    const { bus, told } = recordedBus();
    const heard: unknown[] = [];
    const gates = [controlledPromise(), controlledPromise()];
    const schema = schemaOf(async (value) => {
      await gates[Number(value)]!.promise;
      return { value };
    });
    const checked = defineEvent('row:checked', { schema });
    bus.on(checked, (data) => void heard.push(data));
    const emits = [bus.emitAsync(checked, 0), bus.emitAsync(checked, 1)];
    const closing = bus.close({ timeout: 1_000 });
    await jest.advanceTimersByTimeAsync(600);
    gates[0]!.resolve();
    await emits[0];
    expect(heard).toEqual([0]);
    await jest.advanceTimersByTimeAsync(400);
    await expect(closing).resolves.toMatchObject({ drained: 1, aborted: ['schema of row:checked'] });
    gates[1]!.resolve();
    await expect(emits[1]).resolves.toMatchObject({ dropped: 'closed', delivered: 0 });
    expect(heard).toEqual([0]);
    expect(told.dropped).toMatchObject([{ event: { data: 1 }, reason: 'closed' }]);
    expect(told.emitted).toHaveLength(1);
  });
});
