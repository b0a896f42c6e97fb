import assert from 'node:assert/strict';
import { setImmediate as realSetImmediate } from 'node:timers';
import { IdleTimeoutError, RootEventBus } from 'nestjs-event-bus/core';
import { EventExpectationError, recordEvents } from 'nestjs-event-bus/testing';

/** A test runner's fake timers. */
export interface FakeTimers {
  useFakeTimers(): unknown;
  useRealTimers(): unknown;
  advanceTimersByTimeAsync(ms: number): Promise<unknown>;
  /** Makes the next `import()` load everything anew. */
  resetModules(): unknown;
}

/** What holds under every test runner that has fake timers, by name. */
export const fakeTimersContract: Record<string, (timers: FakeTimers) => Promise<void>> = {
  'With fake timers, a `next` that waits resolves when the event comes, and its timeout follows the fake clock.':
    async (timers) => {
      timers.useFakeTimers();
      const recorder = recordEvents(new RootEventBus());
      const waiting = recorder.next('job:done');
      const failing = caught(recorder.next('job:failed', { timeout: 60_000 }));
      recorder.bus.emit('job:done', 1);
      assert.deepEqual((await waiting).data, 1);
      let failed = false;
      void failing.then(() => (failed = true));
      await timers.advanceTimersByTimeAsync(59_999);
      assert.deepEqual(failed, false);
      await timers.advanceTimersByTimeAsync(1);
      assert.ok((await failing) instanceof EventExpectationError);
    },

  'With fake timers, `bus.idle()` resolves when the handlers are done, those included that sleep by the fake clock.':
    async (timers) => {
      timers.useFakeTimers();
      const bus = new RootEventBus();
      const recorder = recordEvents(bus);
      bus.on('job:run', async function atOnce() {});
      bus.emit('job:run');
      await bus.idle();
      bus.on('job:run', async function slowly() {
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });
      bus.emit('job:run');
      const idle = bus.idle({ timeout: 70_000 });
      const tooShort = caught(bus.idle({ timeout: 50_000 }));
      await timers.advanceTimersByTimeAsync(60_000);
      await idle;
      assert.ok((await tooShort) instanceof IdleTimeoutError);
      assert.deepEqual(recorder.handled('job:run'), ['atOnce', 'atOnce', 'slowly']);
    },

  'A `next` that began by one clock is not disturbed when the test changes to the other.': async (timers) => {
    const recorder = recordEvents(new RootEventBus());
    const before = realTimers();
    const byReal = recorder.next('job:done');
    assert.equal(realTimers(), before + 1);
    timers.useFakeTimers();
    const byFake = recorder.next('job:done');
    recorder.bus.emit('job:done', 1);
    assert.deepEqual((await byReal).data, 1);
    assert.equal(realTimers(), before);
    timers.useRealTimers();
    recorder.bus.emit('job:done', 2);
    assert.deepEqual((await byFake).data, 2);
  },

  'With fake timers, queues go on by themselves, also where the timers were there before the bus was loaded; retries, timeouts and pauses follow the fake clock.':
    async (timers) => {
      timers.useFakeTimers();
      timers.resetModules();
      const { RootEventBus: LoadedUnderFakeTimers } = await import('nestjs-event-bus/core');
      assert.notEqual(LoadedUnderFakeTimers, RootEventBus);
      for (const bus of [new RootEventBus(), new LoadedUnderFakeTimers()]) {
        let handled = 0;
        const burst = 1_000; // more than a queue delivers in one turn of the event loop
        bus.on('job:queued', async () => void handled++, { queue: true });
        for (let n = 0; n < burst; n++) bus.emit('job:queued', n);
        for (let turns = 0; turns < 100 && handled < burst; turns++) await turn();
        assert.equal(handled, burst);

        const attempts: unknown[] = [];
        bus.observe({ failed: ({ error }) => void attempts.push(error), paused: () => {} });
        bus.on('job:hangs', () => new Promise(() => {}), {
          timeout: 10_000,
          retry: { attempts: 2, backoff: 40_000 },
          pause: { failures: 1, resumeAfter: 60_000 },
        });
        bus.emit('job:hangs');
        await timers.advanceTimersByTimeAsync(59_999);
        assert.deepEqual(attempts, []);
        await timers.advanceTimersByTimeAsync(1);
        assert.equal(attempts.length, 1);
        const { delivered } = await bus.emitAsync('job:hangs');
        assert.equal(delivered, 0);
        await timers.advanceTimersByTimeAsync(60_000);
        bus.emit('job:hangs');
        assert.equal(bus.inspect().tasks.length, 1);
      }
    },

  '`expect` compares dates of the fake clock with dates of the real one': async (timers) => {
    const recorder = recordEvents(new RootEventBus());
    recorder.bus.emit('job:done', { at: new Date(5) });
    timers.useFakeTimers();
    recorder.expect('job:done', { at: new Date(5) });
    await recorder.bus.close();
  },
};

/** A real turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

/** How many timers Node itself has to wait for. */
function realTimers(): number {
  return process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
}

/** What the promise rejects with. */
function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
}
