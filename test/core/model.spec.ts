import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type {
  BusEvent,
  EventBus,
  HandlerContext,
  HandlerFailed,
  Owner,
  Subscription,
} from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import type { Action, Filter, ModelReport, Place, Script } from '../support/model-bus.js';
import { FAILED, HANDLERS, ModelBus } from '../support/model-bus.js';

type AnyHandler = (data: unknown, event: BusEvent, context: HandlerContext) => unknown;

const FILTERS: Record<Filter, ((data: unknown) => boolean) | undefined> = {
  none: undefined,
  even: (data) => Number(data) % 2 === 0,
  'throws on odd': (data) => {
    if (Number(data) % 2 === 0) return true;
    throw new Error('an odd one');
  },
};

/** The real bus behind the same actions, scripts and log as the model. */
class RealBus {
  readonly bus = new RootEventBus();
  readonly subscriptions: Subscription[] = [];
  readonly log: string[] = [];
  readonly waiting: { call: number; goOn: () => void }[] = [];
  mostWaiting = 0;
  readonly reports = new Map<string, ModelReport>();
  readonly #owners: Owner[] = [{}, { module: 'M', class: 'A' }, { module: 'M', class: 'A' }];
  readonly #names = new Map<string, string>();
  #calls = 0;
  #events = 0;

  constructor(private readonly scripts: readonly Script[]) {
    this.bus.observe({ failed: () => undefined }); // else failures go to the console
    this.bus.use((event) => {
      const name =
        event.topic === FAILED
          ? `failed ${this.#names.get((event.data as HandlerFailed).eventId)}`
          : String(event.data);
      this.#names.set(event.id, name);
      return event;
    });
  }

  /** Answers a promise where the action may wait. */
  perform(action: Action): Promise<void> | undefined {
    switch (action.do) {
      case 'on':
        this.log.push(`subscription ${this.#subscribe(action)}`);
        break;
      case 'emit':
        this.#at(action).emit(action.topic, this.#events++);
        break;
      case 'emitAsync': {
        const emitted = this.#emitAsync(action);
        return action.awaited ? emitted : undefined;
      }
      case 'closeScope': {
        const end = action.scope.lastIndexOf('/') + 1;
        const parent = this.#at({ owner: 0, scope: action.scope.slice(0, Math.max(0, end - 1)) });
        parent.closeScope(action.scope.slice(end));
        break;
      }
      case 'off': {
        const { by, nth } = action;
        const one = this.#nth(nth);
        const target = by === 'handler' ? this.#handlers[nth % HANDLERS]! : by === 'id' ? one?.id : one;
        this.log.push(`off ${this.#at(action).off(target ?? 'nothing')}`);
        break;
      }
      default:
        this.log.push(`${action.do} ${this.#nth(action.nth)?.[action.do]() ?? false}`);
    }
    return undefined;
  }

  release(nth: number): void {
    const [released] = this.waiting.splice(nth % this.waiting.length, 1);
    released!.goOn();
  }

  #at({ owner, scope }: Place): EventBus {
    const bus: EventBus = owner === 0 ? this.bus : this.bus.as(this.#owners[owner]!);
    return scope === '' ? bus : scope.split('/').reduce((parent, name) => parent.scope(name), bus);
  }

  #nth(nth: number): Subscription | undefined {
    return this.subscriptions[nth % this.subscriptions.length];
  }

  #subscribe(action: Action & { do: 'on' }): number {
    const { key, priority, once, filter: name } = action.options;
    const filter = FILTERS[name];
    const how = once ? 'once' : 'on';
    const one = this.#at(action)[how](action.pattern, this.#handlers[action.handler]!, {
      key,
      priority,
      filter,
    });
    const known = this.subscriptions.indexOf(one);
    return known === -1 ? this.subscriptions.push(one) - 1 : known;
  }

  async #emitAsync(action: Action & { do: 'emitAsync' }): Promise<void> {
    const name = this.#events++;
    const { delivered, failures, results } = await this.#at(action).emitAsync(action.topic, name);
    this.reports.set(`${name}`, { delivered, failures: failures.length, results: results as number[] });
  }

  readonly #handlers: AnyHandler[] = Array.from({ length: HANDLERS }, (_, index) =>
    // A handler with a third parameter is given a context, which takes another way through the engine.
    index % 2 === 0
      ? (_data: unknown, event: BusEvent) => this.#handle(index, event)
      : (_data: unknown, event: BusEvent, _context: HandlerContext) => this.#handle(index, event),
  );

  #handle(handler: number, event: BusEvent): unknown {
    const call = this.#calls++;
    this.log.push(
      `call ${call}: handler ${handler} gets event ${this.#names.get(event.id)} on ${event.topic}`,
    );
    const script = this.scripts[call];
    for (const action of script?.before ?? []) void this.perform(action);
    if (script?.waits === true) return this.#wait(call, script);
    if (script?.fails === true) throw new Error(`call ${call}`);
    return call;
  }

  async #wait(call: number, { after, fails }: Script): Promise<number> {
    await new Promise<void>((goOn) => {
      this.mostWaiting = Math.max(this.mostWaiting, this.waiting.push({ call, goOn }));
    });
    for (const action of after) await this.perform(action);
    if (fails) throw new Error(`call ${call}`);
    return call;
  }
}

const place = { owner: fc.nat({ max: 2 }), scope: fc.constantFrom('', '', '', 's', 's', 's/t') };
const topic = fc.constantFrom('a:x', 'a:x', 'a:y', 'b', 'a:x.y');
const pattern = fc.constantFrom('a:x', 'a:x', 'a:*', 'a:*', 'a:**', '*:x', '**', '*', 'b', 'a:y', 'system:*');
const nth = fc.nat({ max: 12 });

const subscribing: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('on' as const),
  ...place,
  pattern,
  handler: fc.nat({ max: HANDLERS - 1 }),
  options: fc.record({
    key: fc.constantFrom(undefined, undefined, undefined, undefined, false as const, 'k'),
    priority: fc.constantFrom(0, 0, 0, 1, -1),
    once: fc.constantFrom(false, false, false, true),
    filter: fc.constantFrom<Filter[]>('none', 'none', 'none', 'even', 'throws on odd'),
  }),
});
const emitting: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('emit' as const), ...place, topic }),
  fc.record({ do: fc.constant('emitAsync' as const), ...place, topic, awaited: fc.boolean() }),
);
const changing: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constantFrom('unsubscribe' as const, 'pause' as const, 'resume' as const), nth }),
  fc.record({
    do: fc.constant('off' as const),
    ...place,
    by: fc.constantFrom('subscription' as const, 'id' as const, 'handler' as const),
    nth,
  }),
);
const closing: fc.Arbitrary<Action> = fc.record({
  do: fc.constant('closeScope' as const),
  scope: fc.constantFrom('s', 's/t'),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: subscribing },
  { weight: 8, arbitrary: emitting },
  { weight: 5, arbitrary: changing },
  { weight: 1, arbitrary: closing },
);
const few = fc.array(action, { maxLength: 3 });
const script: fc.Arbitrary<Script> = fc.record({
  before: few,
  waits: fc.boolean(),
  after: few,
  fails: fc.constantFrom(false, false, false, true),
});

/** Until every promise chain has come to rest. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function figures(subscriptions: ModelBus['subscriptions'] | Subscription[]): unknown[] {
  return subscriptions.map(({ pattern, priority, active, paused, delivered, skipped, failed }) => {
    return { pattern, priority, active, paused, delivered, skipped, failed };
  });
}

/** All that both are to agree on. */
function expectAlike(model: ModelBus, real: RealBus): void {
  expect(real.log).toEqual(model.log);
  expect(real.waiting.map(({ call }) => call)).toEqual(model.waiting.map(({ call }) => call));
  expect(real.reports).toEqual(model.reports);
  expect(figures(real.subscriptions)).toEqual(figures(model.subscriptions));
  const { subscriptions, counters, tasks } = real.bus.inspect();
  expect(counters).toEqual(model.counters);
  expect(tasks).toHaveLength(model.tasks);
  const active = real.subscriptions.filter((one) => one.active);
  expect(new Set(subscriptions.map(({ id }) => id))).toEqual(new Set(active.map(({ id }) => id)));
}

const RUNS = 300;

type Command = fc.AsyncCommand<ModelBus, RealBus>;

const commands = [
  action.map((todo): Command => ({
    check: () => true,
    async run(model, real) {
      model.perform(todo);
      void real.perform(todo);
      await settled();
      expectAlike(model, real);
    },
    toString: () => JSON.stringify(todo),
  })),
  nth.map((which): Command => ({
    check: (model) => model.waiting.length > 0,
    async run(model, real) {
      model.release(which);
      real.release(which);
      await settled();
      expectAlike(model, real);
    },
    toString: () => `{"release":${which}}`,
  })),
];

describe('the bus', () => {
  it('delivers, skips, counts and reports what a plain model does, whatever handlers change meanwhile', async () => {
    const seen = { calls: 0, twoAtOnce: 0, failures: 0, ended: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: 40, size: 'max' }),
        fc.array(subscribing, { maxLength: 6, size: 'max' }),
        fc.array(script, { maxLength: 20, size: 'max' }),
        async (todo, first, scripts) => {
          const model = new ModelBus(scripts);
          const real = new RealBus(scripts);
          for (const each of first) {
            model.perform(each);
            void real.perform(each);
          }
          await fc.asyncModelRun(() => ({ model, real }), todo);
          await expectToEndInNothing(model, real);
          if (real.mostWaiting > 1) seen.twoAtOnce++;
          seen.calls += model.counters.delivered;
          seen.failures += model.counters.failed;
          seen.ended += model.subscriptions.length - model.active.length;
        },
      ),
      { numRuns: RUNS },
    );
    // What never comes about is never tested.
    for (const often of Object.values(seen)) expect(often).toBeGreaterThan(RUNS / 10);
  }, 60_000);
});

/** Everything that waits goes on, everything is unsubscribed: nothing is left, and nobody hears anything. */
async function expectToEndInNothing(model: ModelBus, real: RealBus): Promise<void> {
  while (model.waiting.length > 0) {
    model.release(0);
    real.release(0);
    await settled();
    expectAlike(model, real);
  }
  await real.bus.idle();
  for (const one of real.subscriptions) one.unsubscribe();
  const log = [...real.log];
  for (const scope of ['', 's', 's/t']) {
    for (const topic of ['a:x', 'a:y', 'b', 'a:x.y', FAILED]) {
      void real.perform({ do: 'emit', owner: 0, scope, topic });
    }
  }
  expect(real.log).toEqual(log);
  expect(real.bus.inspect()).toMatchObject({ subscriptions: [], tasks: [], counters: { dropped: 0 } });
  const { delivered, skipped } = real.bus.inspect().counters;
  expect(sum(real.subscriptions.map((one) => one.delivered))).toBe(delivered);
  expect(sum(real.subscriptions.map((one) => one.skipped))).toBe(skipped);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
