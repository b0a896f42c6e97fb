/* oxlint-disable unicorn/no-thenable -- a task may be any thenable */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InvalidArgumentError, RootEventBus, Task } from 'nestjs-event-bus/core';
import { controlledPromise } from '../../support/controlled-promise.js';
import { collectProcessFaults } from '../../support/process-faults.js';
import { recordedBus } from '../../support/recorded-bus.js';

let faults: ReturnType<typeof collectProcessFaults>;
beforeEach(() => {
  faults = collectProcessFaults();
});
afterEach(() => faults.stop());

describe('track', () => {
  it('lists work by name and owner while it runs', async () => {
    const { bus } = recordedBus();
    const work = controlledPromise();
    const task = bus.as({ module: 'Reports', class: 'Builder' }).track('monthly report', () => work.promise);
    expect(task).toBeInstanceOf(Task);
    expect(bus.inspect().tasks).toEqual([
      { name: 'monthly report', source: 'Reports/Builder', startedAt: task.startedAt, state: 'running' },
    ]);
    expect(task.state).toBe('running');
    work.resolve();
    await task.finished;
    expect(task.state).toBe('done');
    expect(bus.inspect().tasks).toEqual([]);
    await task.finished;
  });

  it('starts a function at once, and takes a promise or any thenable as well', async () => {
    const { bus, told } = recordedBus();
    let started = false;
    bus.track('function', () => (started = true));
    expect(started).toBe(true);
    const tasks = [
      bus.track('promise', Promise.resolve()),
      bus.track('thenable', { then: (done: (value: unknown) => void) => done(1) } as never),
    ];
    await bus.idle();
    expect(tasks.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(told.tasksFailed).toEqual([]);
  });

  const FAILING: [string, () => unknown][] = [
    ['a function that rejects', () => () => Promise.reject(new Error('boom'))],
    [
      'a function that throws',
      () => () => {
        throw new Error('boom');
      },
    ],
    ['a promise that rejects', () => Promise.reject(new Error('boom'))],
    [
      'a thenable that rejects',
      () => ({ then: (_: unknown, no: (error: unknown) => void) => no(new Error('boom')) }),
    ],
  ];
  it.each(FAILING)('reports the failure of %s, which is no unhandled rejection', async (_what, work) => {
    const { bus, told } = recordedBus();
    const task = bus.track('report', work() as never);
    await task.finished;
    expect(task.state).toBe('failed');
    expect(told.tasksFailed).toEqual([{ task, error: new Error('boom') }]);
    expect(bus.inspect().tasks).toEqual([]);
    expect(await faults.settled()).toEqual([]);
  });

  it('tells the console of a failure where nobody observes', async () => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => {});
    await new RootEventBus().track('report', Promise.reject(new Error('boom'))).finished;
    expect(lines.mock.calls).toEqual([
      [expect.stringMatching(/The task "report" failed\nError: boom\n +at/)],
    ]);
    lines.mockRestore();
  });

  it('gives its work a signal that cancel aborts; the task is listed until the work ends', async () => {
    const { bus } = recordedBus();
    const task = bus.track(
      'report',
      (signal) =>
        new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(void 0), { once: true }),
        ),
    );
    expect(task.cancel(new Error('not needed'))).toBe(true);
    expect(task.signal.reason).toEqual(new Error('not needed'));
    expect(task.state).toBe('cancelling');
    expect(bus.inspect().tasks).toMatchObject([{ name: 'report', state: 'cancelling' }]);
    await task.finished;
    expect([task.cancel(), task.state]).toEqual([false, 'done']);
  });

  it('says of a handler when its delivery began, not when the event was emitted', async () => {
    jest.useFakeTimers({ now: 1_000 });
    try {
      const bus = new RootEventBus();
      const gate = bus.gate();
      const work = controlledPromise();
      const handle = (name: string): (() => Promise<void>) =>
        Object.defineProperty(() => work.promise, 'name', { value: name });
      gate.on(bus, 'job:run', handle('held'));
      const queued = bus.on('job:run', handle('queued'), { queue: true });
      queued.pause();
      bus.emit('job:run');
      await bus.idle().catch(() => {}); // the queue finds itself paused
      jest.setSystemTime(2_000);
      bus.on('job:run', handle('replayed'), { replay: 'last' });
      jest.setSystemTime(3_000);
      gate.open();
      jest.setSystemTime(4_000);
      queued.resume();
      jest.setSystemTime(5_000);
      bus.on('job:held', handle('after the commit'));
      await Promise.resolve(); // the queue begins in a microtask
      await bus.hold(async (held) => {
        held.emit('job:held');
        jest.setSystemTime(6_000);
      });
      expect(bus.inspect().tasks).toMatchObject([
        { name: 'replayed', startedAt: 2_000 },
        { name: 'held', startedAt: 3_000 },
        { name: 'queued', startedAt: 4_000 },
        { name: 'after the commit', startedAt: 6_000 },
      ]);
      work.resolve();
      await bus.idle();
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['emit', 'emitAsync'] as const)(
    'says of a handler that it began when %s was called',
    async (call) => {
      const bus = new RootEventBus();
      const work = controlledPromise();
      bus.on('job:run', () => work.promise);
      bus.on('job:run', async () => {});
      const now = jest.spyOn(Date, 'now').mockReturnValue(7_000);
      void bus[call]('job:run');
      expect(bus.inspect().tasks[0]).toMatchObject({ startedAt: 7_000 });
      now.mockRestore();
      work.resolve();
      await bus.idle();
    },
  );

  it('lists tasks in the order in which they started, whichever end first', async () => {
    const { bus } = recordedBus();
    const work = Array.from({ length: 5 }, () => controlledPromise());
    const tasks = work.map(({ promise }, n) => bus.track(`task ${n}`, promise));
    work[1]!.resolve();
    work[3]!.resolve();
    await Promise.all([tasks[1]!.finished, tasks[3]!.finished]);
    expect(bus.inspect().tasks.map(({ name }) => name)).toEqual(['task 0', 'task 2', 'task 4']);
    for (const { resolve } of work) resolve();
    await bus.idle();
  });

  it('refuses work without a name, and what is no work', () => {
    const bus = new RootEventBus();
    for (const name of ['', undefined, 5])
      expect(() => bus.track(name as never, () => {})).toThrow(InvalidArgumentError);
    for (const work of [undefined, null, 'work', {}, { then: 1 }])
      expect(() => bus.track('report', work as never)).toThrow(InvalidArgumentError);
    expect(bus.inspect().tasks).toEqual([]);
  });

  it('that rejects because it was cancelled has not failed', async () => {
    const { bus, told } = recordedBus();
    const task = bus.track(
      'export',
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    task.cancel();
    await task.finished;
    expect(task.state).toBe('cancelled');
    expect(told.tasksFailed).toEqual([]);
  });

  it('that is started after the bus has closed is aborted at once, and warned of', async () => {
    const { bus, told } = recordedBus();
    await bus.close();
    const task = bus.track('late', (signal) => signal.throwIfAborted());
    await task.finished;
    expect(task.state).toBe('cancelled');
    expect(told.warned).toMatchObject([
      { code: 'EVENT_BUS_CLOSED', message: expect.stringContaining('"late"') },
    ]);
  });
});
