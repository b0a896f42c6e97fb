import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Observer } from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';
import { collectProcessFaults } from '../support/process-faults.js';

let faults: ReturnType<typeof collectProcessFaults>;
let warnings: jest.SpiedFunction<typeof process.emitWarning>;
beforeEach(() => {
  faults = collectProcessFaults();
  warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(() => {
  faults.stop();
  warnings.mockRestore();
});

/** Does one of everything that observers are told of. */
async function exercise(bus: RootEventBus): Promise<void> {
  bus.on('job:run', async () => {});
  bus.on('job:run', () => {
    throw new Error('boom');
  });
  bus.on('job:run', () => {}, { key: 'refuses', filter: () => false });
  bus.on('job.run', () => {}).unsubscribe();
  bus.on('job.*', () => {});
  const stream = bus.stream('job:run', { capacity: 1 });
  bus.emit('job:run');
  bus.emit('job:run');
  try {
    bus.emit('no topic');
  } catch {
    // that it is refused is the point
  }
  bus.track('report', Promise.reject(new Error('boom')));
  const remove = bus.use(() => null);
  bus.emit('job:run');
  remove();
  await bus.idle();
  await stream.return();
  await bus.close();
}

const HOOKS: (keyof Observer)[] = [
  'emitted',
  'pending',
  'delivered',
  'failed',
  'skipped',
  'dropped',
  'overflowed',
  'relieved',
  'discarded',
  'refused',
  'taskFailed',
  'warned',
  'closed',
  'subscribed',
  'unsubscribed',
];

function observerOf(hook: () => unknown): Required<Observer> {
  return Object.fromEntries(HOOKS.map((name) => [name, jest.fn(hook)])) as unknown as Required<Observer>;
}

describe('An observer', () => {
  it('is told of everything that the bus did', async () => {
    const bus = new RootEventBus();
    const observer = observerOf(() => {});
    bus.observe(observer);
    await exercise(bus);
    for (const hook of HOOKS) expect([hook, observer[hook]]).toEqual([hook, expect.any(Function)]);
    for (const hook of HOOKS) expect(observer[hook]).toHaveBeenCalled();
    expect(observer.emitted).toHaveBeenCalledWith(expect.objectContaining({ topic: 'job:run' }), 4);
    expect(observer.closed).toHaveBeenCalledWith(await bus.close());
    expect(observer.taskFailed).toHaveBeenCalledWith(
      expect.objectContaining({ name: 'report' }),
      new Error('boom'),
    );
  });

  it('is told of a delivery when the handler has finished, not when it began', async () => {
    const bus = new RootEventBus();
    const delivered = jest.fn();
    bus.observe({ delivered });
    let finish!: () => void;
    bus.on('job:run', () => new Promise<void>((resolve) => (finish = resolve)));
    bus.emit('job:run');
    expect(delivered).not.toHaveBeenCalled();
    finish();
    await bus.idle();
    expect(delivered).toHaveBeenCalledTimes(1);
  });

  it('is told that a handler returned a promise, once, and of no handler that returned something else', async () => {
    const bus = new RootEventBus();
    const pending = jest.fn();
    bus.observe({ pending });
    bus.on('job:run', () => 'at once');
    const later = bus.on('job:run', async () => 'later');
    const failing = bus.on('job:run', () => Promise.reject(new Error('boom')));
    bus.observe({ failed: () => {} });
    const event = bus.emit('job:run');
    expect(pending.mock.calls).toEqual([
      [event, later],
      [event, failing],
    ]);
    await bus.idle();
    expect(pending).toHaveBeenCalledTimes(2);
  });

  const FAILINGS: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('observer');
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer'))],
    [
      'throws undefined',
      () => {
        throw undefined; // oxlint-disable-line typescript/only-throw-error -- anything can be thrown
      },
    ],
  ];
  it.each(FAILINGS)(
    'that %s in every hook changes nothing but for a warning of the process',
    async (_what, hook) => {
      const bus = new RootEventBus();
      const after = observerOf(() => {});
      bus.observe(observerOf(hook));
      bus.observe(after);
      await exercise(bus);
      for (const name of HOOKS) expect(after[name]).toHaveBeenCalled();
      expect(await faults.settled()).toEqual([]);
      const texts = warnings.mock.calls.map(([text]) => String(text));
      for (const name of HOOKS) expect(texts).toContainEqual(expect.stringContaining(`${name}()`));
    },
  );

  it('goes with its remover, which removes it alone', () => {
    const bus = new RootEventBus();
    const [one, other] = [jest.fn(), jest.fn()];
    const remove = bus.observe({ emitted: one });
    bus.observe({ emitted: other });
    remove();
    remove();
    bus.emit('job:run');
    expect(one).not.toHaveBeenCalled();
    expect(other).toHaveBeenCalledTimes(1);
  });

  it('keeps its `this`, and may have few methods or none', () => {
    class Counting {
      count = 0;
      emitted(): void {
        this.count++;
      }
    }
    const bus = new RootEventBus();
    const counting = new Counting();
    bus.observe(counting);
    bus.observe({});
    bus.emit('job:run');
    expect(counting.count).toBe(1);
  });

  it('may add and remove observers, and emit, while it is told', () => {
    const bus = new RootEventBus();
    const late = jest.fn();
    const remove = bus.observe({
      emitted() {
        remove();
        bus.observe({ emitted: late });
        bus.emit('job:nested');
      },
    });
    bus.emit('job:run');
    expect(late.mock.calls.map(([event]) => (event as { topic: string }).topic)).toEqual(['job:nested']);
    expect(warnings).not.toHaveBeenCalled();
  });
});
