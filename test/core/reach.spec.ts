import { describe, expect, it } from '@jest/globals';
import type { BusEvent, EventBus, HandlerContext, Subscription } from 'nestjs-event-bus/core';
import { Task } from 'nestjs-event-bus/core';
import { controlledPromise } from '../support/controlled-promise.js';
import { recordedBus } from '../support/recorded-bus.js';

/** What a view must not get at: the whole bus, the parts that all its owners share, and what speaks for others. */
const FORBIDDEN = new Set([
  'Engine',
  'RootEventBus',
  'Scope',
  'Router',
  'Registry',
  'Observers',
  'Tasks',
  'Nesting',
  'Shutoff',
  'DeadLetterStore',
  'DeadLetters',
  'History',
  'Permissions',
  'Sensitivity',
  'FailurePause',
  'HandlerQueue',
  'StreamSource',
  'BoundedQueue',
]);

/** The paths on which something forbidden is reached from there by reading properties, calling getters and looking into collections. */
function forbiddenPaths(start: unknown, others: readonly unknown[] = []): string[] {
  const seen = new Set<unknown>();
  const found: string[] = [];
  const queue: [string, unknown][] = [['', start]];
  for (const [path, value] of queue) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      continue;
    seen.add(value);
    const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor
      ?.name;
    if (others.includes(value)) {
      found.push(`${path} belongs to somebody else`);
      continue;
    }
    if (typeof name === 'string' && FORBIDDEN.has(name) && !isPrototype(value)) {
      found.push(`${path} is a ${name}`);
      continue;
    }
    queue.push(...inside(value).map(([key, each]): [string, unknown] => [`${path}.${key}`, each]));
  }
  return found;
}

function inside(value: object): [string, unknown][] {
  const found: [string, unknown][] = [];
  for (
    let at: object | null = value;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const key of Reflect.ownKeys(at)) {
      try {
        found.push([String(key), Reflect.get(at, key, value)]);
      } catch {
        // Of somebody else: not readable here.
      }
    }
  }
  if (value instanceof Map || value instanceof Set)
    found.push(...[...value.entries()].flat().map((each): [string, unknown] => ['entry', each]));
  if (value instanceof WeakRef) found.push(['deref', value.deref()]);
  return found;
}

function isPrototype(value: object): boolean {
  return Object.hasOwn(value, 'constructor');
}

/** Everything that a view hands out, in as many states as there are. */
async function handedOut() {
  const { bus: root } = recordedBus({
    delivery: { timeout: 60_000, retry: { backoff: 0 }, pause: { failures: 3 } },
  });
  // Who could change his own owner would have other rights the next time.
  const owner = { module: 'Plugin', class: 'Spy', rights: { emits: ['plugin:*'], listens: ['plugin:*'] } };
  const view: EventBus = root.as(owner);
  const host = root.as({ module: 'Host' });
  const work = controlledPromise();
  const given: Record<string, unknown> = { view };
  const fails = (): Promise<never> => Promise.reject(new Error('boom'));
  const others: unknown[] = [root, owner, host, fails, host.on('plugin:*', fails)];
  host.on('plugin:*', () => {}, { queue: { overflow: 'refuse', capacity: 1 }, key: 'full' }).pause();
  const contexts: HandlerContext[] = [];
  const events: BusEvent[] = [];
  const handler = (_data: unknown, event: BusEvent, context: HandlerContext): void => {
    contexts.push(context);
    events.push(event);
  };
  const subscriptions: Record<string, Subscription> = {
    plain: view.on('plugin:*', handler, { key: false }),
    queued: view.on('plugin:*', (_data, _event, _context) => work.promise, { queue: true }),
    ordered: view.on('plugin:*', (_data, _event, _context) => work.promise, { queue: { orderBy: () => 1 } }),
    weak: view.on('plugin:*', handler, { weak: true, key: 'weak' }),
    once: view.once('plugin:*', handler, { key: 'once' }),
    scoped: view.scope('tenant').on('plugin:*', handler, { key: false }),
  };
  Object.assign(given, subscriptions, { contexts, events });
  const stream = view.stream('plugin:*');
  given['stream'] = stream;
  given['task'] = view.track('work', () => work.promise);
  await view.emitAsync('plugin:run');
  given['reports'] = [await view.emitAsync('plugin:run'), await view.scope('tenant').emitAsync('plugin:run')];
  given['next'] = await stream.next();
  await view.hold(async (held) => void (given['held'] = held));
  const errors: unknown[] = [];
  const attempts: (() => unknown)[] = [
    () => view.emit('secret:told'),
    () => view.on('secret:*', handler),
    () => view.waitFor('plugin:never', { timeout: 0 }),
    () => (given['reports'] as { throwIfFailed(): void }[])[0]!.throwIfFailed(),
    () => view.emit(''),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      errors.push(error);
    }
  }
  expect(errors).toHaveLength(attempts.length);
  given['errors'] = errors;
  work.resolve();
  await root.close();
  return { given, others };
}

describe('From what a view hands out, no property leads to', () => {
  it('the engine, the whole bus, or what belongs to others', async () => {
    const { given, others } = await handedOut();
    for (const [name, value] of Object.entries(given))
      expect({ [name]: forbiddenPaths(value, others) }).toEqual({ [name]: [] });
  });

  it('it: and the search finds what there is', () => {
    const { bus } = recordedBus();
    const task = bus.track('work', Promise.resolve());
    expect(task).toBeInstanceOf(Task);
    expect(forbiddenPaths({ deep: new Map([[1, [() => {}, Object.assign(() => {}, { bus })]]]) })).toEqual([
      '.deep.entry.1.bus is a RootEventBus',
    ]);
  });
});
