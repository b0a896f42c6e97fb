import { naivePattern } from './naive-pattern.js';

export const FAILED = 'system:handler_failed';

/** Where something is done: by which owner (0 is the root bus, or nobody in a scope), in which scope (`''` is the root). */
export interface Place {
  owner: number;
  scope: string;
}

export type Filter = 'none' | 'even' | 'throws on odd';

interface Options {
  key: string | false | undefined;
  priority: number;
  once: boolean;
  filter: Filter;
}

/** One thing that is done to the bus, from outside or by a handler. `nth` counts whatever there is, round and round. */
export type Action =
  | ({ do: 'on'; pattern: string; handler: number; options: Options } & Place)
  | { do: 'unsubscribe' | 'pause' | 'resume'; nth: number }
  | ({ do: 'off'; by: 'subscription' | 'id' | 'handler'; nth: number } & Place)
  | ({ do: 'emit'; topic: string } & Place)
  | ({ do: 'emitAsync'; topic: string; awaited: boolean } & Place)
  | { do: 'closeScope'; scope: string };

/**
 * What one handler call does: some actions at once and, if it waits, others when it is let go on; then it fails or not. The
 * n-th call of all does the n-th script, whichever handler it is; later calls do nothing.
 */
export interface Script {
  before: Action[];
  waits: boolean;
  after: Action[];
  fails: boolean;
}

export interface ModelSubscription extends Place, Options {
  pattern: string;
  handler: number;
  active: boolean;
  paused: boolean;
  spent: boolean;
  delivered: number;
  skipped: number;
  failed: number;
}

/** An event: a number of its own, or `failed 3` for the announcement that a delivery of event 3 failed. */
interface ModelEvent {
  name: string;
  topic: string;
  scope: string;
}

export interface ModelReport {
  delivered: number;
  failures: number;
  results: number[];
}

/** Work that may wait: each `yield` is a handler that waits to be let go on. */
type Work<T = void> = Generator<number, T>;

export const HANDLERS = 4;

/** `'a/b'` → `['a/b', 'a', '']`: the scopes that an event in the first one reaches, in this order. */
function reached(scope: string): string[] {
  if (scope === '') return [''];
  const end = scope.lastIndexOf('/');
  return [scope, ...reached(end === -1 ? '' : scope.slice(0, end))];
}

/** What the bus does, in arrays and loops. Nothing is indexed, cached or kept ready. */
export class ModelBus {
  readonly subscriptions: ModelSubscription[] = [];
  /** All that can be seen from outside, in order. */
  readonly log: string[] = [];
  /** Work that waits in a handler, with the number of that handler's call. */
  readonly waiting: { call: number; work: Work }[] = [];
  readonly counters = { emitted: 0, delivered: 0, failed: 0, skipped: 0, dropped: 0, lost: 0, refused: 0 };
  /** By the name of the event. */
  readonly reports = new Map<string, ModelReport>();
  /** Async handlers of emits, and emits that are awaited. */
  tasks = 0;
  #calls = 0;
  #events = 0;

  constructor(private readonly scripts: readonly Script[]) {}

  get active(): ModelSubscription[] {
    return this.subscriptions.filter(({ active }) => active);
  }

  perform(action: Action): void {
    this.#start(this.#perform(action));
  }

  /** Lets the n-th waiting handler go on. */
  release(nth: number): void {
    const [released] = this.waiting.splice(nth % this.waiting.length, 1);
    this.#start(released!.work);
  }

  #start(work: Work): void {
    const { done, value } = work.next();
    if (done !== true) this.waiting.push({ call: value, work });
  }

  *#perform(action: Action): Work {
    switch (action.do) {
      case 'on':
        this.log.push(`subscription ${this.subscriptions.indexOf(this.#subscribe(action))}`);
        break;
      case 'emit':
        this.#emit({ name: `${this.#events++}`, topic: action.topic, scope: action.scope });
        break;
      case 'emitAsync': {
        const work = this.#emitInOrder({
          name: `${this.#events++}`,
          topic: action.topic,
          scope: action.scope,
        });
        if (action.awaited) yield* work;
        else this.#start(work);
        break;
      }
      case 'closeScope':
        for (const each of this.active) if (reached(each.scope).includes(action.scope)) each.active = false;
        break;
      case 'off':
        this.log.push(`off ${this.#off(action)}`);
        break;
      default:
        this.log.push(`${action.do} ${this.#change(action.do, this.#nth(action.nth))}`);
    }
  }

  #nth(nth: number): ModelSubscription | undefined {
    return this.subscriptions[nth % this.subscriptions.length];
  }

  #subscribe({ owner, scope, pattern, handler, options }: Action & { do: 'on' }): ModelSubscription {
    for (const one of options.key === false ? [] : this.active) {
      if (one.owner !== owner || one.scope !== scope || one.pattern !== pattern || one.key !== options.key)
        continue;
      if (one.handler === handler) return one;
      if (options.key === undefined) continue;
      one.active = false; // a new handler under a known key
      break;
    }
    const state = { active: true, paused: false, spent: false, delivered: 0, skipped: 0, failed: 0 };
    return this.subscriptions[
      this.subscriptions.push({ owner, scope, pattern, handler, ...options, ...state }) - 1
    ]!;
  }

  #change(what: 'unsubscribe' | 'pause' | 'resume', one: ModelSubscription | undefined): boolean {
    if (one === undefined || !one.active) return false;
    if (what === 'unsubscribe') {
      one.active = false;
      return true;
    }
    const changed = one.paused !== (what === 'pause');
    one.paused = what === 'pause';
    return changed;
  }

  #off({ by, nth, owner, scope }: Action & { do: 'off' }): boolean {
    const isRoot = owner === 0 && scope === '';
    const candidates =
      by === 'handler' ? this.active.filter(({ handler }) => handler === nth % HANDLERS) : [this.#nth(nth)];
    let ended = false;
    for (const one of candidates) {
      if (one?.active !== true || !(isRoot || (one.owner === owner && one.scope === scope))) continue;
      one.active = false;
      ended = true;
    }
    return ended;
  }

  /** Who hears the event: those of its own scope first; in each scope by priority, then in the order of subscription. */
  #listFor({ topic, scope }: ModelEvent): ModelSubscription[] {
    this.counters.emitted++;
    return reached(scope).flatMap((each) =>
      this.active
        .filter((one) => one.scope === each && naivePattern(one.pattern).test(topic))
        .sort((a, b) => b.priority - a.priority),
    );
  }

  #emit(event: ModelEvent): void {
    const had: ModelSubscription[] = [];
    for (const one of this.#listFor(event)) {
      if (!this.#admits(one, event, had, undefined)) continue;
      const handling = this.#handle(one, event, undefined);
      const { done, value } = handling.next();
      if (done === true) continue;
      this.tasks++;
      this.waiting.push({ call: value, work: this.#asTask(handling) });
    }
  }

  *#emitInOrder(event: ModelEvent): Work {
    const report: ModelReport = { delivered: 0, failures: 0, results: [] };
    const had: ModelSubscription[] = [];
    let isTask = false;
    for (const one of this.#listFor(event)) {
      if (!this.#admits(one, event, had, report)) continue;
      const handling = this.#handle(one, event, report);
      const { done, value } = handling.next();
      if (done === true) continue;
      if (!isTask) this.tasks++;
      isTask = true;
      yield value;
      yield* handling;
    }
    if (isTask) this.tasks--;
    this.reports.set(event.name, report);
  }

  *#asTask(handling: Work): Work {
    yield* handling;
    this.tasks--;
  }

  #admits(
    one: ModelSubscription,
    event: ModelEvent,
    had: ModelSubscription[],
    report: ModelReport | undefined,
  ): boolean {
    if (had.some((other) => isSame(one, other))) return false;
    if (one.once && one.spent) return false;
    const isEven = Number(event.name) % 2 === 0; // no announcement is even
    if (one.paused || (one.filter !== 'none' && !isEven)) {
      one.skipped++;
      this.counters.skipped++;
      if (!one.paused && one.filter === 'throws on odd') this.#fail(one, event, report);
      return false;
    }
    if (one.once) {
      one.spent = true;
      one.active = false;
    }
    had.push(one);
    return true;
  }

  *#handle(one: ModelSubscription, event: ModelEvent, report: ModelReport | undefined): Work {
    one.delivered++;
    this.counters.delivered++;
    if (report !== undefined) report.delivered++;
    const call = this.#calls++;
    this.log.push(`call ${call}: handler ${one.handler} gets event ${event.name} on ${event.topic}`);
    const script = this.scripts[call];
    for (const action of script?.before ?? []) this.perform(action);
    if (script?.waits === true) {
      yield call;
      for (const action of script.after) yield* this.#perform(action);
    }
    if (script?.fails === true) this.#fail(one, event, report);
    else report?.results.push(call);
  }

  #fail(one: ModelSubscription, event: ModelEvent, report: ModelReport | undefined): void {
    one.failed++;
    this.counters.failed++;
    if (report !== undefined) report.failures++;
    if (event.topic !== FAILED)
      this.#emit({ name: `failed ${event.name}`, topic: FAILED, scope: event.scope });
  }
}

/** The same handler of the same owner: an event goes to one of them. */
function isSame(one: ModelSubscription, other: ModelSubscription): boolean {
  if (one.owner !== other.owner || one.key === false || other.key === false) return false;
  return one.handler === other.handler;
}
