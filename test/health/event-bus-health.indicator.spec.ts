import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  EventBus,
  EventBusModule,
  external,
  InvalidArgumentError,
  OnEvent,
  PermissionsError,
  RootEventBus,
  StartupStep,
} from 'nestjs-event-bus';
import { EventBusHealthIndicator } from 'nestjs-event-bus/health';
import { startRoot } from '../nest/app.js';
import { controlledPromise } from '../support/controlled-promise.js';
import { startHealthServer } from './health-server.js';

const NONE = { count: 0, first: [] };
/** Of an application without steps to which nothing has happened. */
const WELL = {
  status: 'up',
  state: 'ready',
  steps: { pending: NONE, missing: NONE },
  paused: NONE,
  queues: NONE,
  deadLetters: { size: 0, capacity: 1_000 },
};

@Injectable()
class Vault {
  fails = false;
  @StartupStep({ emits: 'vault:ready_for_data', after: external('vault:opened') })
  unseal(): void {
    if (this.fails) throw new Error('wrong key: hunter2');
  }
  @StartupStep({ emits: 'db:connected', after: 'vault:ready_for_data' })
  connect(): void {}
}

@Injectable()
class Cache {
  @StartupStep({ emits: 'cache:connected', optional: true })
  connect(): void {
    throw new Error('no cache');
  }
}

/** One whose every delivery fails, and that is then paused. */
@Injectable()
class Mail {
  @OnEvent('order:placed', { pause: { failures: 2, resumeAfter: Infinity } })
  send(): void {
    throw new Error('no SMTP for hunter2');
  }
}

/** Works on one event until the spec lets it go on; two more can wait. */
@Injectable()
class Slow {
  readonly gate = controlledPromise();
  @OnEvent('order:placed', { queue: { capacity: 2 } })
  work(): Promise<void> {
    return this.gate.promise;
  }
}

async function placeOrders(bus: EventBus, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) await bus.emitAsync('order:placed', { secret: 'hunter2' });
}

describe('A readiness check', () => {
  it('is up as soon as an application without startup steps listens', async () => {
    const { ready } = await startHealthServer();
    const { status, overall, events } = await ready();
    expect({ status, overall, events }).toEqual({ status: 200, overall: 'ok', events: WELL });
  });

  it('is down while a startup step waits for something external, and says for what; it is up when the boot is complete', async () => {
    const { app, ready, live } = await startHealthServer({ providers: [Vault] });
    const { status, overall, events } = await ready();
    expect({ status, overall, live: await live() }).toEqual({ status: 503, overall: 'error', live: 200 });
    expect(events).toEqual({
      ...WELL,
      status: 'down',
      message:
        'The application is starting: AppModule/Vault.unseal waits for vault:opened. Startup steps that have not ended: 2.',
      state: 'booting',
      steps: {
        missing: NONE,
        pending: {
          count: 2,
          first: [
            {
              step: 'AppModule/Vault.unseal',
              state: 'waiting',
              awaits: { count: 1, first: ['vault:opened'] },
            },
            {
              step: 'AppModule/Vault.connect',
              state: 'waiting',
              awaits: { count: 1, first: ['vault:ready_for_data'] },
            },
          ],
        },
      },
    });
    const complete = app.get(EventBus).waitFor('system:boot_complete');
    app.get(EventBus).emit('vault:opened');
    await complete;
    expect(await ready()).toMatchObject({ status: 200, events: WELL });
  });

  it('is down in maintenance mode, and names the step that failed', async () => {
    const { app, ready, live } = await startHealthServer({ providers: [Cache, Vault] });
    app.get(Vault).fails = true;
    const maintenance = app.get(EventBus).waitFor('system:maintenance_mode');
    app.get(EventBus).emit('vault:opened');
    await maintenance;
    expect(await ready()).toMatchObject({
      status: 503,
      events: {
        status: 'down',
        message: 'The application runs, but won’t get ready: AppModule/Vault.unseal failed.',
        state: 'maintenance',
        steps: {
          pending: NONE,
          missing: {
            count: 3,
            first: [
              { step: 'AppModule/Vault.unseal', state: 'failed', isOptional: false },
              { step: 'AppModule/Vault.connect', state: 'starved', isOptional: false },
              { step: 'AppModule/Cache.connect', state: 'failed', isOptional: true },
            ],
          },
        },
      },
    });
    expect(await live()).toBe(200);
  });

  it('is up when optional startup steps failed, and names them', async () => {
    const { ready } = await startHealthServer({ providers: [Cache] });
    const missing = {
      count: 1,
      first: [{ step: 'AppModule/Cache.connect', state: 'failed', isOptional: true }],
    };
    expect(await ready()).toMatchObject({ status: 200, events: { status: 'up', steps: { missing } } });
  });

  it('goes down when the shutdown begins, while the server still answers and the bus drains', async () => {
    const begun = controlledPromise();
    const done = controlledPromise();

    @Injectable()
    class Work {
      @OnEvent('work:asked')
      async work(): Promise<void> {
        begun.resolve();
        await done.promise;
      }
    }
    const { app, ready, live } = await startHealthServer({ providers: [Work] });
    app.get(EventBus).emit('work:asked');
    await begun.promise;
    expect(await ready()).toMatchObject({ status: 200 });
    const stopping = app.get(EventBus).waitFor('system:stopping');
    const closed = app.close();
    await stopping;
    expect(await ready()).toMatchObject({
      status: 503,
      overall: 'error',
      events: { status: 'down', state: 'stopping', message: 'The application is stopping.' },
    });
    expect(await live()).toBe(200);
    done.resolve();
    await closed;
    await expect(ready()).rejects.toThrow('ECONNREFUSED');
    const indicator = app.get(EventBusHealthIndicator, { strict: false });
    expect(indicator.isHealthy('events').events).toMatchObject({ status: 'down', state: 'stopped' });
  });

  it('is down when somebody has closed the bus though the application runs', async () => {
    const { app, ready } = await startHealthServer();
    await app.get(RootEventBus).close();
    expect(await ready()).toMatchObject({
      status: 503,
      events: { status: 'down', state: 'closed', message: 'The bus is closed.' },
    });
  });

  it('stays up without limits, whatever is paused, full or dead, and shows it', async () => {
    const { app, ready } = await startHealthServer({ providers: [Mail, Slow] });
    await placeOrders(app.get(EventBus), 5);
    const { status, events } = await ready();
    expect(status).toBe(200);
    expect(events).toEqual({
      ...WELL,
      paused: { count: 1, first: [{ handler: 'AppModule/Mail.send', pattern: 'order:placed' }] },
      queues: {
        count: 1,
        first: [{ handler: 'AppModule/Slow.work', pattern: 'order:placed', waiting: 2, capacity: 2 }],
      },
      deadLetters: { size: 2, capacity: 1_000 },
    });
    app.get(Slow).gate.resolve();
  });

  it('is down while more subscriptions than maxPaused are paused because their handlers kept failing, not by hand', async () => {
    const { app, ready } = await startHealthServer({ providers: [Mail], health: { maxPaused: 0 } });
    const bus = app.get(EventBus);
    bus.on('order:*', () => {}).pause();
    await placeOrders(bus, 1);
    expect(await ready()).toMatchObject({ status: 200, events: { paused: NONE } });
    await placeOrders(bus, 1);
    expect(await ready()).toMatchObject({
      status: 503,
      events: {
        status: 'down',
        state: 'ready',
        message: 'Paused, since they kept failing: AppModule/Mail.send (maxPaused: 0).',
      },
    });
  });

  it('is down while more deliveries than maxDeadLetters have failed for good and are kept', async () => {
    const { app, ready, live } = await startHealthServer({
      providers: [Mail],
      health: { maxDeadLetters: 1 },
    });
    await placeOrders(app.get(EventBus), 1);
    expect(await ready()).toMatchObject({ status: 200, events: { deadLetters: { size: 1 } } });
    await placeOrders(app.get(EventBus), 1);
    expect(await ready()).toMatchObject({
      status: 503,
      events: { status: 'down', message: 'Dead letters: 2 (maxDeadLetters: 1).' },
    });
    expect(await live()).toBe(200);
    const { deadLetters } = app.get(RootEventBus);
    deadLetters.discard(deadLetters.list()[0]!.id);
    expect(await ready()).toMatchObject({ status: 200 });
  });

  it('is down while the queue of a handler is fuller than maxQueueFill, and up when it has caught up', async () => {
    const { app, ready } = await startHealthServer({ providers: [Slow], health: { maxQueueFill: 0.5 } });
    const bus = app.get(EventBus);
    await placeOrders(bus, 1); // is being delivered, and waits no longer
    await placeOrders(bus, 1);
    expect(await ready()).toMatchObject({ status: 200, events: { queues: { first: [{ waiting: 1 }] } } });
    await placeOrders(bus, 1);
    expect(await ready()).toMatchObject({
      status: 503,
      events: {
        status: 'down',
        message: 'The queue of AppModule/Slow.work holds 2 of 2 events (maxQueueFill: 0.5).',
      },
    });
    app.get(Slow).gate.resolve();
    await app.get(RootEventBus).idle();
    expect(await ready()).toMatchObject({ status: 200, events: WELL });
  });

  it('doesn’t count the queues of streams, whose consumers alone are late', async () => {
    const { app, ready } = await startHealthServer({ health: { maxQueueFill: 0 } });
    const stream = app.get(EventBus).stream('order:*', { capacity: 2 });
    await placeOrders(app.get(EventBus), 3);
    expect(app.get(RootEventBus).inspect().subscriptions).toMatchObject([{ queue: { waiting: 2 } }]);
    expect(await ready()).toMatchObject({ status: 200, events: { queues: NONE } });
    await stream[Symbol.asyncIterator]().return?.();
  });

  it('tells every reason', async () => {
    const { app, ready } = await startHealthServer({
      providers: [Mail, Slow],
      health: { maxDeadLetters: 0, maxPaused: 0, maxQueueFill: 0 },
    });
    await placeOrders(app.get(EventBus), 5);
    expect((await ready()).events.message).toBe(
      'Dead letters: 2 (maxDeadLetters: 0). Paused, since they kept failing: AppModule/Mail.send (maxPaused: 0). ' +
        'The queue of AppModule/Slow.work holds 2 of 2 events (maxQueueFill: 0).',
    );
    app.get(Slow).gate.resolve();
  });

  it('shows names and figures alone: no data, no metadata, no error message, no name of a scope', async () => {
    const { app, ready } = await startHealthServer({ providers: [Vault, Mail, Slow] });
    const bus = app.get(EventBus);
    app.get(Vault).fails = true;
    const maintenance = bus.waitFor('system:maintenance_mode');
    bus.emit('vault:opened', { key: 'hunter2' }, { metadata: { token: 'hunter2' } });
    await maintenance;
    const scope = bus.scope('session-hunter2');
    const failing = (): never => {
      throw new Error('hunter2');
    };
    scope.on('order:placed', failing, { pause: { failures: 1 } });
    await placeOrders(scope, 5);
    const { events, text } = await ready();
    expect([events.paused.count, events.queues.count, events.steps.missing.count]).toEqual([2, 1, 2]);
    expect(text).not.toContain('hunter2');
    app.get(Slow).gate.resolve();
  });

  it('shows ten of each list at most, and how many there are', async () => {
    const { app, ready } = await startHealthServer({ health: { maxPaused: 3 } });
    const bus = app.get(EventBus);
    const gate = controlledPromise();
    for (let each = 0; each < 200; each++) {
      const failing = (): never => {
        throw new Error('broken');
      };
      Object.defineProperty(failing, 'name', { value: `failing${'.'.repeat(100_000)}` });
      bus.on('order:placed', failing, { key: false, pause: { failures: 1 } });
      bus.on('order:placed', () => gate.promise, { key: false, queue: true });
    }
    await placeOrders(bus, 2);
    const { events, text } = await ready();
    expect([events.paused.count, events.queues.count]).toEqual([200, 200]);
    expect([events.paused.first.length, events.queues.first.length]).toEqual([10, 10]);
    expect(events.message).toMatch(
      /^Paused, since they kept failing: .{256} and 199 more \(maxPaused: 3\)\.$/,
    );
    expect(text.length).toBeLessThan(20_000);
    gate.resolve();
  });

  it('shows the fullest queues first', async () => {
    const { app, ready } = await startHealthServer();
    const bus = app.get(EventBus);
    const gate = controlledPromise();
    for (const capacity of [100, 5, 20]) {
      bus.on('order:placed', () => gate.promise, { key: false, queue: { capacity } });
    }
    await placeOrders(bus, 4);
    const { events } = await ready();
    expect(events.queues.first.map(({ capacity }) => capacity)).toEqual([5, 20, 100]);
    gate.resolve();
  });

  it('with an option that can’t work is answered with 500, from the first time on', async () => {
    const { ready } = await startHealthServer({ health: { maxPause: 1 } as never });
    expect(await ready()).toMatchObject({ status: 500 });
  });
});

describe('A liveness check without the indicator', () => {
  it('answers 200 through all of that', async () => {
    const { app, ready, live } = await startHealthServer({
      providers: [Vault, Mail, Slow],
      health: { maxDeadLetters: 0, maxPaused: 0, maxQueueFill: 0 },
    });
    const answers = async () => [(await ready()).status, await live()];
    expect(await answers()).toEqual([503, 200]); // starting
    const complete = app.get(EventBus).waitFor('system:boot_complete');
    app.get(EventBus).emit('vault:opened');
    await complete;
    expect(await answers()).toEqual([200, 200]);
    await placeOrders(app.get(EventBus), 5);
    expect(await answers()).toEqual([503, 200]); // paused, full and dead
    const stopping = app.get(EventBus).waitFor('system:stopping');
    const closed = app.close();
    await stopping;
    expect(await answers()).toEqual([503, 200]);
    app.get(Slow).gate.resolve();
    await closed;
  });
});

describe('The indicator', () => {
  it('needs no grant under strict permissions, and hands the bus to nobody', async () => {
    const { app, ready } = await startHealthServer({ bus: { permissions: 'strict' } });
    expect(await ready()).toMatchObject({ status: 200 });
    const indicator = app.get(EventBusHealthIndicator, { strict: false });
    expect(Reflect.ownKeys(indicator)).toEqual([]);

    @Injectable()
    class Bolder extends EventBusHealthIndicator {}
    const bolder = startHealthServer({ bus: { permissions: 'strict' }, providers: [Bolder] });
    await expect(bolder).rejects.toThrow(PermissionsError);
  });

  it('works where the bus is not global', async () => {
    const bus = EventBusModule.forRoot({ logging: false, isGlobal: false });
    const app = await startRoot({ imports: [bus], providers: [EventBusHealthIndicator] });
    expect(app.get(EventBusHealthIndicator).isHealthy('bus')).toEqual({ bus: WELL });
  });

  it('is down in every hook of the start, and says which have not run', async () => {
    const told: unknown[] = [];

    @Injectable()
    class Asks {
      constructor(private readonly indicator: EventBusHealthIndicator) {}
      onModuleInit(): void {
        this.ask();
      }
      onApplicationBootstrap(): void {
        this.ask();
      }
      ask(): void {
        const { status, state, message } = this.indicator.isHealthy('bus').bus;
        told.push([status, state, message]);
      }
    }
    await startRoot({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [EventBusHealthIndicator, Asks],
    });
    expect(told).toEqual([
      ['down', 'preparing', 'The application is starting: not every onModuleInit has run.'],
      ['down', 'booting', 'The application is starting: not every onApplicationBootstrap has run.'],
    ]);
  });

  it.each([
    [undefined, 'undefined'],
    [7, 'number'],
    ['', 'empty'],
  ])('refuses %p as a key', async (key, expected) => {
    const app = await startRoot({
      imports: [EventBusModule.forRoot({ logging: false })],
      providers: [EventBusHealthIndicator],
    });
    const ask = (): unknown => app.get(EventBusHealthIndicator).isHealthy(key as string);
    expect(ask).toThrow(InvalidArgumentError);
    expect(ask).toThrow(`not ${expected}.`);
  });
});
