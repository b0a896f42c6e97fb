import type { Server } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  type INestApplication,
  Inject,
  Injectable,
  Module,
  type ModuleMetadata,
  type Provider,
  Scope,
} from '@nestjs/common';
import { LazyModuleLoader, NestFactory, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  defineEvent,
  Emits,
  EventBus,
  EventBusModule,
  type EventBusModuleOptions,
  external,
  InvalidDataError,
  OnEvent,
  RootEventBus,
  Startup,
  StartupAbortedError,
  StartupFailedError,
  StartupGraphError,
  StartupStep,
  StepContext,
  StepTimeoutError,
  WaitTimeoutError,
} from 'nestjs-event-bus';
import { schemaOf } from '../../support/standard-schema.js';
import { captureLog, startApp } from '../app.js';

afterEach(() => {
  jest.useRealTimers();
});

/** A compiled, uninitialised application, to look at what happens while it starts. */
async function compile(metadata: ModuleMetadata, options: EventBusModuleOptions = { logging: false }) {
  @Module({ ...metadata, imports: [EventBusModule.forRoot(options), ...(metadata.imports ?? [])] })
  class AppModule {}
  const moduleRef = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const topics: string[] = [];
  const bus = moduleRef.get(RootEventBus);
  bus.on('**', (_data, { topic }) => void (topic === 'system:boot_phase' || topics.push(topic)));
  return { moduleRef, topics, bus, startup: moduleRef.get(Startup) };
}

/** An application with a server, which has not started. */
function createServer(
  metadata: ModuleMetadata,
  options: EventBusModuleOptions = { logging: false },
): Promise<INestApplication> {
  @Module({ ...metadata, imports: [EventBusModule.forRoot(options)] })
  class AppModule {}
  return NestFactory.create(AppModule, { logger: false, abortOnError: false });
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The problems that fail the start of an application of these providers. */
async function problemsOf(
  metadata: ModuleMetadata,
  options?: EventBusModuleOptions,
): Promise<readonly string[]> {
  const error = await rejection(startApp(metadata, options));
  expect(error).toBeInstanceOf(StartupGraphError);
  return (error as StartupGraphError).problems;
}

const never = (): Promise<never> => new Promise(() => {});

describe('A startup step', () => {
  it('emits what it returns, under its owner’s name, to handlers and to who comes late', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      async connect() {
        return { host: 'db1' };
      }
      @OnEvent('db:connected')
      on(data: unknown): void {
        seen.push(data);
      }
    }
    const app = await startApp({ providers: [Database] }, { logging: false, history: { capacity: 0 } });
    const bus = app.get(EventBus);
    const event = await bus.waitFor('db:connected', { past: true });
    bus.on('db:connected', (data) => seen.push(data), { replay: 'last' });
    expect(seen).toEqual([{ host: 'db1' }, { host: 'db1' }]);
    expect(event.source).toBe('AppModule/Database');
  });

  it('may be synchronous, emit a definition whose schema has a say, or emit nothing', async () => {
    const Loaded = defineEvent('plugin:loaded', {
      schema: schemaOf((value) => ({ value: [value, 'checked'] })),
    });
    const calls: string[] = [];

    @Injectable()
    class Plugins {
      @StartupStep({ emits: Loaded })
      load() {
        return 'git';
      }
      @StartupStep({ after: Loaded })
      after(): void {
        calls.push('after');
      }
    }
    const app = await startApp({ providers: [Plugins] });
    expect((await app.get(EventBus).waitFor<string>('plugin:loaded', { past: true })).data).toEqual([
      'git',
      'checked',
    ]);
    expect(calls).toEqual(['after']);
  });

  it('has a context with its signal and the number of the attempt', async () => {
    let context: StepContext | undefined;

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(given: StepContext): void {
        context = given;
      }
    }
    await startApp({ providers: [Database] });
    expect(context).toBeInstanceOf(StepContext);
    expect(context).toMatchObject({ attempt: 1, signal: { aborted: false } });
  });

  it('is found on controllers, in dynamic modules, on what factories make, inherited, and once for several tokens', async () => {
    const calls: string[] = [];

    class Base {
      @StartupStep()
      inherited(): void {
        calls.push(`inherited by ${this.constructor.name}`);
      }
      @StartupStep()
      overridden(): void {
        calls.push('never');
      }
    }
    @Injectable()
    class Service extends Base {
      override overridden(): void {}
    }
    @Controller()
    class Home {
      @StartupStep()
      step(): void {
        calls.push('controller');
      }
    }
    class Made {
      @StartupStep()
      step(): void {
        calls.push('factory');
      }
    }
    @Module({})
    class Dynamic {}
    const providers: Provider[] = [Service, { provide: 'ALIAS', useExisting: Service }];
    const dynamic = { module: Dynamic, providers: [{ provide: 'MADE', useFactory: () => new Made() }] };
    await startApp({ imports: [dynamic], providers, controllers: [Home] });
    expect(calls.toSorted()).toEqual(['controller', 'factory', 'inherited by Service']);
  });

  it('of a lazily loaded module never runs, and a warning names it', async () => {
    const { logger, lines } = captureLog('warn');
    const calls: string[] = [];

    @Injectable()
    class Late {
      @StartupStep({ emits: 'late:done' })
      step(): void {
        calls.push('late');
      }
    }
    @Module({ providers: [Late] })
    class LateModule {}
    const app = await startApp({}, { logging: { logger } });
    await app.get(LazyModuleLoader).load(() => LateModule);
    expect(calls).toEqual([]);
    expect(lines).toMatchObject([
      {
        code: 'EVENT_BUS_STEP_TOO_LATE',
        msg: expect.stringContaining('LateModule/Late.step will never run'),
      },
    ]);
  });

  it('doesn’t keep others from their onApplicationBootstrap, and is waited for behind it', async () => {
    const log: string[] = [];
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      async connect(): Promise<void> {
        await opened;
        log.push('connected');
      }
      onApplicationBootstrap(): void {
        log.push('bootstrapped');
        open();
      }
    }
    const { moduleRef, topics } = await compile({ providers: [Database] });
    await moduleRef.init();
    expect(log).toEqual(['bootstrapped', 'connected']);
    expect(topics).toEqual(['system:starting', 'system:started', 'db:connected', 'system:boot_complete']);
    await moduleRef.close();
  });

  it('may be waited for in an onApplicationBootstrap', async () => {
    @Injectable()
    class Database {
      data: unknown;
      constructor(private readonly bus: EventBus) {}
      @StartupStep({ emits: 'db:connected' })
      async connect() {
        return 'db1';
      }
      async onApplicationBootstrap(): Promise<void> {
        ({ data: this.data } = await this.bus.waitFor<string>('db:connected', { past: true }));
      }
    }
    const app = await startApp({ providers: [Database] });
    expect(app.get(Database).data).toBe('db1');
  });
});

describe('A startup step that fails', () => {
  @Injectable()
  class Chain {
    @StartupStep({ emits: 'db:connected' })
    async connect(): Promise<void> {
      throw new TypeError('no route to host');
    }
    @StartupStep({ emits: 'iam:ready', after: 'db:connected' })
    identity(): void {}
    @StartupStep({ after: 'iam:ready' })
    plugins(): void {}
    @StartupStep({ emits: 'web:ready' })
    web(): void {}
  }

  it('fails the start with an error that shows the chain, after system:boot_failed', async () => {
    const { moduleRef, topics, bus, startup } = await compile({ providers: [Chain] });
    const error = (await rejection(moduleRef.init())) as StartupFailedError;
    expect(error).toBeInstanceOf(StartupFailedError);
    expect(error.message).toBe(
      'The application can’t start: AppModule/Chain.connect, which emits "db:connected", failed: TypeError: no route to host. ' +
        'Waiting for it were AppModule/Chain.identity, AppModule/Chain.plugins.',
    );
    expect(error.cause).toEqual(new TypeError('no route to host'));
    expect(topics).toEqual(['system:starting', 'system:started', 'web:ready', 'system:boot_failed']);
    const { data } = await bus.waitFor('system:boot_failed', { past: true });
    expect(data).toEqual({ failures: error.failures });
    expect(error.failures).toEqual([
      {
        step: 'AppModule/Chain.connect',
        topic: 'db:connected',
        error: new TypeError('no route to host'),
        starved: ['AppModule/Chain.identity', 'AppModule/Chain.plugins'],
      },
    ]);
    expect(startup.isReady()).toBe(false);
    expect(startup.state).toBe('failed');
    expect(startup.timeline().steps.map(({ name, state }) => [name.split('.')[1], state])).toEqual([
      ['connect', 'failed'],
      ['web', 'done'],
      ['identity', 'starved'],
      ['plugins', 'starved'],
    ]);
  });

  it('is logged with its stack at once', async () => {
    const { logger, lines } = captureLog('warn');
    await rejection(startApp({ providers: [Chain] }, { logging: { logger } }));
    expect(lines).toMatchObject([
      {
        level: 50,
        task: 'startup step AppModule/Chain.connect',
        err: { stack: expect.stringContaining('TypeError') },
      },
      { code: 'EVENT_BUS_STEP_FAILED', msg: expect.stringContaining('AppModule/Chain.plugins') },
    ]);
  });

  it('with what it returned, since its schema refuses it, fails the start, too', async () => {
    const Connected = defineEvent('db:connected', {
      schema: schemaOf(() => ({ issues: [{ message: 'no host' }] })),
    });

    @Injectable()
    class Database {
      @StartupStep({ emits: Connected })
      connect() {
        return {};
      }
    }
    const error = (await rejection(startApp({ providers: [Database] }))) as StartupFailedError;
    expect(error.failures).toMatchObject([{ error: expect.any(InvalidDataError) }]);
  });

  it('has its signal aborted when its time is up', async () => {
    jest.useFakeTimers({ advanceTimers: true });
    const reasons: unknown[] = [];

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected', timeout: 5 })
      async connect({ signal }: StepContext): Promise<void> {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        reasons.push(signal.reason);
      }
    }
    const error = (await rejection(startApp({ providers: [Database] }))) as StartupFailedError;
    expect(error.cause).toBeInstanceOf(StepTimeoutError);
    expect(error.message).toContain('AppModule/Database.connect took longer than 5 ms');
    expect(reasons).toEqual([error.cause]);
  });

  it('is tried again as often as it says, and each attempt has a time and a signal of its own', async () => {
    const { logger, lines } = captureLog('warn');
    const attempts: number[] = [];

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected', retry: { attempts: 3, backoff: 1 } })
      async connect({ attempt, signal }: StepContext) {
        attempts.push(attempt);
        expect(signal.aborted).toBe(false);
        if (attempt < 3) throw new Error('not yet');
        return attempt;
      }
    }
    const app = await startApp({ providers: [Database] }, { logging: { logger } });
    expect(attempts).toEqual([1, 2, 3]);
    expect((await app.get(EventBus).waitFor<string>('db:connected', { past: true })).data).toBe(3);
    expect(app.get(Startup).timeline().steps).toMatchObject([{ attempts: 3, state: 'done' }]);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'Attempt 1 of the startup step AppModule/Database.connect failed, and the next begins in 1 ms. It threw Error: not yet',
      'Attempt 2 of the startup step AppModule/Database.connect failed, and the next begins in 1 ms. It threw Error: not yet',
    ]);
  });

  it('for the last time, or with an error that is not worth another attempt, fails the start', async () => {
    const attempts: number[] = [];

    @Injectable()
    class Database {
      @StartupStep({ retry: { attempts: 2, backoff: 0 } })
      connect({ attempt }: StepContext): void {
        attempts.push(attempt);
        throw new Error(`attempt ${attempt}`);
      }
      @StartupStep({
        retry: { backoff: 0, retryIf: (error, attempt) => attempt === 1 && error instanceof RangeError },
      })
      other({ attempt }: StepContext): void {
        attempts.push(-attempt);
        throw attempt === 1 ? new RangeError('once more') : new Error('no more');
      }
    }
    const error = (await rejection(startApp({ providers: [Database] }))) as StartupFailedError;
    expect(error.failures.map(({ error: each }) => each)).toEqual(
      expect.arrayContaining([new Error('attempt 2'), new Error('no more')]),
    );
    expect(new Set(attempts)).toEqual(new Set([1, 2, -1, -2]));
    expect(attempts).toHaveLength(4);
  });

  it('and whose retryIf fails itself fails the start with its own error, and the log tells of both', async () => {
    const { logger, lines } = captureLog('warn');

    @Injectable()
    class Database {
      @StartupStep({
        retry: {
          backoff: 0,
          retryIf: () => {
            throw new TypeError('no code');
          },
        },
      })
      connect(): void {
        throw new Error('no route');
      }
      @StartupStep({ retry: { backoff: 0, retryIf: (async () => Promise.reject(new Error())) as never } })
      other(): void {
        throw new Error('no name');
      }
    }
    const error = (await rejection(
      startApp({ providers: [Database] }, { logging: { logger } }),
    )) as StartupFailedError;
    expect(error.failures.map(({ error: each }) => each)).toEqual([
      new Error('no route'),
      new Error('no name'),
    ]);
    const told = lines.filter(({ code }) => code === 'EVENT_BUS_RETRY_IF_FAILED').map(({ msg }) => msg);
    expect(told).toEqual([
      expect.stringContaining(
        'The retryIf of the startup step AppModule/Database.connect failed, so there are no more attempts. It threw TypeError: no code',
      ),
      expect.stringContaining('retryIf must be synchronous, but it returned a promise.'),
    ]);
  });

  it('and waits for its next attempt is given up at once when the application stops', async () => {
    jest.useFakeTimers();

    @Injectable()
    class Vault {
      @StartupStep({ after: external('vault:opened'), retry: { attempts: 2, backoff: 60_000 } })
      unseal(): void {
        throw new Error('not yet');
      }
    }
    const app = await startApp({ providers: [Vault] });
    app.get(EventBus).emit('vault:opened');
    await jest.advanceTimersByTimeAsync(0);
    expect(app.get(Startup).pending()).toMatchObject([{ state: 'running' }]);
    const timers = jest.getTimerCount();
    await app.close();
    expect(app.get(Startup).timeline().steps).toMatchObject([{ state: 'aborted', attempts: 1 }]);
    expect(jest.getTimerCount()).toBeLessThan(timers);
  });

  it('has what has no promise, or throws no error, told as well', async () => {
    @Injectable()
    class Database {
      @StartupStep()
      connect(): void {
        // oxlint-disable-next-line typescript/only-throw-error -- what libraries do
        throw 'no route';
      }
    }
    await expect(startApp({ providers: [Database] })).rejects.toThrow(
      'Database.connect failed: no route was thrown. Nothing waited for it.',
    );
  });

  it('and is optional degrades: the start goes on without it and what waits for it', async () => {
    const { logger, lines } = captureLog('warn');

    @Injectable()
    class Cache {
      @StartupStep({ emits: 'cache:connected', optional: true })
      connect(): void {
        throw new Error('no cache');
      }
      @StartupStep({ emits: 'cache:warm', after: 'cache:connected', optional: true })
      warm(): void {}
      @StartupStep({ emits: 'web:ready' })
      web(): void {}
    }
    const app = await startApp({ providers: [Cache] }, { logging: { logger } });
    expect(app.get(Startup).isReady()).toBe(true);
    expect(app.get(Startup).state).toBe('ready');
    expect((await app.get(EventBus).waitFor('system:boot_complete', { past: true })).data).toEqual({
      degraded: ['AppModule/Cache.connect', 'AppModule/Cache.warm'],
    });
    expect(lines[1]).toMatchObject({ msg: expect.stringContaining('It is optional, so the start goes on.') });
  });
});

describe('A step behind something external', () => {
  @Injectable()
  class Vault {
    fails = false;
    @StartupStep({ emits: 'vault:ready_for_data', after: external('vault:opened', { timeout: 60_000 }) })
    unseal(): void {
      if (this.fails) throw new Error('wrong key');
    }
    @StartupStep({ emits: 'db:connected', after: 'vault:ready_for_data' })
    connect(): void {}
  }

  it('that fails turns maintenance mode on: the application runs, but never gets ready', async () => {
    const app = await startApp({ providers: [Vault] });
    const bus = app.get(EventBus);
    app.get(Vault).fails = true;
    const maintenance = bus.waitFor('system:maintenance_mode');
    bus.emit('vault:opened');
    expect((await maintenance).data).toEqual({
      step: 'AppModule/Vault.unseal',
      topic: 'vault:ready_for_data',
      error: new Error('wrong key'),
      starved: ['AppModule/Vault.connect'],
    });
    expect(app.get(Startup).isReady()).toBe(false);
    expect(app.get(Startup).state).toBe('maintenance');
    expect(app.get(Startup).pending()).toEqual([]);
    await expect(bus.waitFor('system:boot_complete', { past: true, timeout: 0 })).rejects.toThrow(
      WaitTimeoutError,
    );
  });

  it('starts when it has happened already, even before bootstrap', async () => {
    @Injectable()
    class Key {
      constructor(bus: EventBus) {
        bus.emit('vault:opened', 'from a file');
        for (let noise = 0; noise < 200; noise++) bus.emit('noise:made');
      }
    }
    const app = await startApp({ providers: [Key, Vault] }, { logging: false, history: { capacity: 1_000 } });
    await app.get(EventBus).waitFor('system:boot_complete', { past: true });
  });

  it('has a deadline of its own, and the log tells every few seconds what is awaited and by whom', async () => {
    jest.useFakeTimers();
    const { logger, lines } = captureLog('info');
    const app = await startApp({ providers: [Vault] }, { logging: { logger } });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'Startup waits for vault:opened (external), for AppModule/Vault.unseal',
      'Startup waits for vault:opened (external), for AppModule/Vault.unseal',
    ]);
    const maintenance = app.get(EventBus).waitFor('system:maintenance_mode', { timeout: Infinity });
    await jest.advanceTimersByTimeAsync(50_000);
    expect((await maintenance).data.error).toEqual(
      new StepTimeoutError('AppModule/Vault.unseal', 60_000, 'vault:opened'),
    );
    expect(lines.at(-1)!.msg).toBe(
      'The startup step AppModule/Vault.unseal failed: AppModule/Vault.unseal waited 60000 ms for external(\'vault:opened\'), and nobody brought it. Raise the option "timeout" of external() if it may take longer. These will not run: AppModule/Vault.connect. The application runs, but it won’t get ready.',
    );
    lines.length = 0;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(lines).toEqual([]);
  });

  it('is given up at once when the application stops', async () => {
    const app = await startApp({ providers: [Vault] });
    const startup = app.get(Startup);
    expect(startup.state).toBe('booting');
    await app.close();
    expect(startup.state).toBe('stopped');
    expect(startup.timeline().steps.map(({ state }) => state)).toEqual(['aborted', 'aborted']);
    expect(startup.pending()).toEqual([]);
  });
});

describe('A shutdown while the application starts', () => {
  it('by a signal aborts the steps at once, and the start fails', async () => {
    const listener = (): void => {};
    process.on('SIGUSR2', listener);
    const aborted: unknown[] = [];

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      async connect({ signal }: StepContext): Promise<void> {
        signal.addEventListener('abort', () => aborted.push(signal.reason));
        process.emit('SIGUSR2', 'SIGUSR2'); // jest's process is a copy, which real signals don't reach
        await never();
      }
      @StartupStep({ emits: 'iam:ready', after: 'db:connected' })
      identity(): void {}
    }
    const { moduleRef, topics } = await compile({ providers: [Database] });
    const before = process.listenerCount('SIGUSR2');
    const error = await rejection(moduleRef.init());
    expect(error).toBeInstanceOf(StartupAbortedError);
    expect(error).toMatchObject({
      message:
        'SIGUSR2 came while the application was starting. These startup steps had not ended: AppModule/Database.connect, AppModule/Database.identity.',
      pending: ['AppModule/Database.connect', 'AppModule/Database.identity'],
    });
    expect(aborted).toEqual([error]);
    expect(topics.at(-1)).toBe('system:boot_failed');
    expect(process.listenerCount('SIGUSR2')).toBe(before);
    process.off('SIGUSR2', listener);
  });

  it('by close() aborts the steps at once, and an application with a server doesn’t listen', async () => {
    const calls: string[] = [];
    let connecting!: () => void;
    const isConnecting = new Promise<void>((resolve) => (connecting = resolve));

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      async connect(): Promise<void> {
        connecting();
        await never();
      }
      @StartupStep({ emits: 'iam:ready', after: 'db:connected' })
      identity(): void {
        calls.push('identity');
      }
    }
    const app = await createServer({ providers: [Database] });
    const listening = rejection(app.listen(0));
    await isConnecting;
    await app.close();
    expect(await listening).toMatchObject({
      message:
        'The shutdown came while the application was starting. These startup steps had not ended: AppModule/Database.connect, AppModule/Database.identity.',
    });
    expect((app.getHttpServer() as Server).listening).toBe(false);
    expect(calls).toEqual([]);
  });

  it('by close() before the first step starts runs none, and an application with a server doesn’t listen', async () => {
    const calls: string[] = [];
    const { logger, lines } = captureLog('warn');

    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(): void {
        calls.push('connect');
      }
    }
    @Injectable()
    class Impatient {
      async onModuleInit(): Promise<void> {
        await app.close();
      }
    }
    const app = await createServer({ providers: [Database, Impatient] }, { logging: { logger } });
    expect(await rejection(app.listen(0))).toBeInstanceOf(StartupAbortedError);
    expect((app.getHttpServer() as Server).listening).toBe(false);
    expect(app.get(Startup).state).toBe('stopped');
    expect(calls).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('when its steps have ended, but not all hooks, fails the start as well', async () => {
    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(): void {}
    }
    @Injectable()
    class Impatient {
      constructor(private readonly bus: EventBus) {}
      async onApplicationBootstrap(): Promise<void> {
        await this.bus.waitFor('system:boot_phase', {
          past: true,
          filter: ({ state }) => state === 'done',
        });
        await app.close();
      }
    }
    const app = await createServer({ providers: [Database, Impatient] });
    expect(await rejection(app.listen(0))).toMatchObject({
      message:
        'The shutdown came while the application was starting. Its startup steps had ended, but not its hooks.',
    });
    expect((app.getHttpServer() as Server).listening).toBe(false);
  });

  it('leaves signals alone that the application doesn’t listen to, and all once the steps have ended', async () => {
    const counts: number[] = [];

    @Injectable()
    class Database {
      @StartupStep()
      connect(): void {
        counts.push(process.listenerCount('SIGUSR2'));
      }
    }
    const before = process.listenerCount('SIGUSR2');
    await startApp({ providers: [Database] });
    expect([...counts, process.listenerCount('SIGUSR2')]).toEqual([before, before]);
  });
});

describe('Startup steps that can’t run', () => {
  it('fail the start before any runs, all in one error, with names', async () => {
    const calls: string[] = [];

    @Injectable()
    class Steps {
      @StartupStep({ emits: 'a:done', after: 'b:done' })
      a(): void {}
      @StartupStep({ emits: 'b:done', after: 'a:done' })
      b(): void {}
      @StartupStep({ after: 'nobody:brings' })
      c(): void {}
      @StartupStep({ emits: 'd:done' })
      d(): void {
        calls.push('d');
      }
      onModuleInit(): void {
        calls.push('init');
      }
    }
    @Injectable()
    class Others {
      @StartupStep({ emits: 'd:done' })
      d(): void {}
    }
    const problems = await problemsOf({ providers: [Steps, Others] });
    expect(problems).toEqual([
      expect.stringContaining('AppModule/Steps.d and AppModule/Others.d'),
      expect.stringContaining('AppModule/Steps.c waits for "nobody:brings"'),
      expect.stringContaining('in a circle: AppModule/Steps.a'),
    ]);
    expect(calls).toEqual([]);
  });

  it('are those of a class that is provided in two modules', async () => {
    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(): void {}
    }
    @Module({ providers: [Database] })
    class A {}
    @Module({ providers: [Database] })
    class B {}
    expect(await problemsOf({ imports: [A, B] })).toEqual([
      expect.stringContaining('A/Database.connect and B/Database.connect'),
    ]);
  });

  it('are those of providers of which there is no one object', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @StartupStep({ emits: 'a:done' })
      step(): void {}
    }
    @Injectable()
    class PerRequest {
      constructor(@Inject(REQUEST) readonly request: unknown) {}
      @StartupStep({ emits: 'b:done' })
      step(): void {}
    }
    expect(await problemsOf({ providers: [Transient, PerRequest] })).toEqual([
      expect.stringContaining('AppModule/Transient.step can’t be a step: its provider is transient'),
      expect.stringContaining('AppModule/PerRequest.step can’t be a step: its provider is request-scoped'),
    ]);
  });

  it('are those that may not emit what they are to emit', async () => {
    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(): void {}
      @StartupStep()
      silent(): void {}
    }
    expect(await problemsOf({ providers: [Database] }, { logging: false, permissions: 'strict' })).toEqual([
      expect.stringContaining('AppModule/Database may not emit "db:connected"'),
    ]);
    await startApp({ providers: [Database] }, { logging: false, permissions: 'report' });
  });

  it('are those of modules that declare other topics, and the line to add is told once', async () => {
    @Injectable()
    class Database {
      @StartupStep({ emits: 'db:connected' })
      connect(): void {}
      @StartupStep({ emits: 'iam:ready', after: 'db:connected' })
      allowed(): void {}
    }
    @Emits('iam:*')
    @Module({ providers: [Database] })
    class DatabaseModule {}
    expect(await problemsOf({ imports: [DatabaseModule] })).toEqual([
      `DatabaseModule/Database may not emit "db:connected": DatabaseModule allows 'iam:*'. ` +
        `To allow it, write @Emits('iam:*', 'db:connected') on DatabaseModule.`,
    ]);
  });
});
