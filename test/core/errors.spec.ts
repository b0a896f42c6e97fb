import { describe, expect, it } from '@jest/globals';
import * as core from 'nestjs-event-bus/core';
import { schemaOf } from '../support/standard-schema.js';
import { recordedBus } from '../support/recorded-bus.js';

interface Case {
  name: string;
  code: string;
  /** The bad value that the error bears. */
  value: unknown;
  /** What the message says of the fault, and what it tells to do instead. */
  says: RegExp;
  advises: RegExp;
  provoke: () => unknown;
}

const boom = new Error('boom');
const data = { secret: 'hunter2' };
const schema = (validate: (value: unknown) => unknown) =>
  core.defineEvent('job:run', { schema: schemaOf(validate) });

const CASES: Case[] = [
  {
    name: 'InvalidTopicError',
    code: 'EVENT_BUS_INVALID_TOPIC',
    value: 'job run',
    says: /"job run" is not a topic: it contains " " at position 4/,
    advises: /such as "order:placed"/,
    provoke: () => new core.RootEventBus().emit('job run'),
  },
  {
    name: 'InvalidPatternError',
    code: 'EVENT_BUS_INVALID_PATTERN',
    value: 'job:r*',
    says: /"job:r\*" is not a pattern/,
    advises: /"\*" and "\*\*" stand for whole segments/,
    provoke: () => new core.RootEventBus().on('job:r*', () => {}),
  },
  {
    name: 'InvalidOptionError',
    code: 'EVENT_BUS_INVALID_OPTION',
    value: 1,
    says: /on\(\) has no option "priorty"/,
    advises: /It knows .*priority/,
    provoke: () => new core.RootEventBus().on('job:run', () => {}, { priorty: 1 } as never),
  },
  {
    name: 'InvalidArgumentError',
    code: 'EVENT_BUS_INVALID_ARGUMENT',
    value: 'handler',
    says: /not "handler"/,
    advises: /A handler must be a function/,
    provoke: () => new core.RootEventBus().on('job:run', 'handler' as never),
  },
  {
    name: 'InvalidDataError',
    code: 'EVENT_BUS_INVALID_DATA',
    value: data,
    says: /"job:run" doesn't fit the schema.*size: expected a number/,
    advises: /Nothing was delivered/,
    provoke: () =>
      new core.RootEventBus().emit(
        schema(() => ({ issues: [{ message: 'expected a number', path: ['size'] }] })),
        data,
      ),
  },
  {
    name: 'AsyncSchemaError',
    code: 'EVENT_BUS_ASYNC_SCHEMA',
    value: 'job:run',
    says: /"job:run" validates asynchronously/,
    advises: /Use "await emitAsync\(…\)", or a synchronous schema/,
    provoke: () =>
      new core.RootEventBus().emit(
        schema(() => Promise.resolve({ value: 1 })),
        data,
      ),
  },
  {
    name: 'PermissionDeniedError',
    code: 'EVENT_BUS_PERMISSION_DENIED',
    value: 'job:run',
    says: /Jobs\/Clerk may not emit "job:run": Jobs allows 'job:plan'/,
    advises: /To allow it, write emits: \['job:plan', 'job:run'\]/,
    provoke: () =>
      new core.RootEventBus()
        .as({ module: 'Jobs', class: 'Clerk', rights: { by: 'Jobs', emits: ['job:plan'] } })
        .emit('job:run'),
  },
  {
    name: 'SchemaError',
    code: 'EVENT_BUS_SCHEMA',
    value: boom,
    says: /"job:run" failed to judge the data: it threw "boom"/,
    advises: /A schema reports bad data as issues/,
    provoke: () =>
      new core.RootEventBus().emit(
        schema(() => {
          throw boom;
        }),
        data,
      ),
  },
  {
    name: 'DefinitionConflictError',
    code: 'EVENT_BUS_DEFINITION_CONFLICT',
    value: 'job:run',
    says: /"job:run" is defined twice/,
    advises: /Define each event once/,
    provoke() {
      const bus = new core.RootEventBus();
      bus.register(core.defineEvent('job:run'));
      bus.register(core.defineEvent('job:run'));
    },
  },
  {
    name: 'MiddlewareError',
    code: 'EVENT_BUS_MIDDLEWARE',
    value: undefined,
    says: /A middleware failed on "job:run": it returned undefined/,
    advises: /return the event, a changed copy of it, or null to drop it/,
    provoke() {
      const bus = new core.RootEventBus();
      bus.use((() => undefined) as never);
      bus.emit('job:run');
    },
  },
  {
    name: 'RecursionError',
    code: 'EVENT_BUS_RECURSION',
    value: 'job:run',
    says: /nested deeper than 2: job:run → job:run → job:run/,
    advises: /Break the circle, or raise the option "recursionLimit"/,
    async provoke() {
      const { bus, told } = recordedBus({ recursionLimit: 2 });
      bus.on('job:run', () => void bus.emit('job:run'));
      bus.emit('job:run');
      throw told.failed[0]!.error;
    },
  },
  {
    name: 'HandlersFailedError',
    code: 'EVENT_BUS_HANDLERS_FAILED',
    value: 'job:run',
    says: /A handler of "job:run" failed: runJob/,
    advises: /\(event [0-9a-z]{22}\)/,
    async provoke() {
      const { bus } = recordedBus();
      bus.on('job:run', function runJob() {
        throw boom;
      });
      (await bus.emitAsync('job:run')).throwIfFailed();
    },
  },
  {
    name: 'QueueFullError',
    code: 'EVENT_BUS_QUEUE_FULL',
    value: 'job:run',
    says: /The queue of work refused "job:run": it is full, with 1 waiting/,
    advises: /raise its "capacity" or "concurrency", or choose another "overflow"/,
    async provoke() {
      const bus = new core.RootEventBus();
      bus.on('job:run', function work() {}, { queue: { capacity: 1, overflow: 'refuse' } });
      bus.emit('job:run');
      const report = await bus.emitAsync('job:run');
      throw report.failures[0]?.error;
    },
  },
  {
    name: 'HandlerTimeoutError',
    code: 'EVENT_BUS_HANDLER_TIMEOUT',
    value: 1,
    says: /sendMail did not handle "job:run" within 1 ms/,
    advises: /more time with the option "timeout"/,
    provoke: async () => {
      const { bus } = recordedBus();
      bus.on('job:run', { sendMail: () => new Promise(() => {}) }.sendMail, { timeout: 1 });
      const { failures } = await bus.emitAsync('job:run');
      throw failures[0]!.error;
    },
  },
  {
    name: 'SubscriptionEndedError',
    code: 'EVENT_BUS_SUBSCRIPTION_ENDED',
    value: expect.stringMatching(/^letter-\d+$/),
    says: /letter-\d+ can't be redelivered: sendMail is no longer subscribed to "job:run"/,
    advises: /Subscribe it again .*, or discard the letter/,
    provoke: () => {
      const { bus } = recordedBus();
      const sendMail = (): never => {
        throw boom;
      };
      bus.once('job:run', () => bus.off(sendMail), { priority: -1 });
      bus.on('job:run', sendMail);
      bus.emit('job:run');
      return bus.deadLetters.redeliver(bus.deadLetters.list()[0]!.id);
    },
  },
  {
    name: 'WaitTimeoutError',
    code: 'EVENT_BUS_WAIT_TIMEOUT',
    value: 'job:*',
    says: /No event for "job:\*" within 0 ms/,
    advises: /use waitFor\(…, \{ past: true \}\)/,
    provoke: () => new core.RootEventBus().waitFor('job:*', { timeout: 0 }),
  },
  {
    name: 'IdleTimeoutError',
    code: 'EVENT_BUS_IDLE_TIMEOUT',
    value: 0,
    says: /not idle within 0 ms/,
    advises: /Still running: report/,
    provoke() {
      const bus = new core.RootEventBus();
      bus.track('report', () => new Promise(() => {}));
      return bus.idle({ timeout: 0 });
    },
  },
  {
    name: 'NotStartedError',
    code: 'EVENT_BUS_NOT_STARTED',
    value: 1,
    says: /1 event is held until the application has started/,
    advises: /call "await app\.init\(\)"/,
    provoke() {
      const bus = new core.RootEventBus();
      bus.gate();
      bus.emit('job:run');
      return bus.idle();
    },
  },
  {
    name: 'HeldOverflowError',
    code: 'EVENT_BUS_HELD_OVERFLOW',
    value: 'job:run',
    says: /"job:run" can't be held: 1 events already wait/,
    advises: /Emit less before bootstrap, or mark the handlers \{ early: true \}/,
    provoke() {
      const bus = new core.RootEventBus({ heldCapacity: 1 });
      bus.gate();
      bus.emit('job:run');
      bus.emit('job:run');
    },
  },
  {
    name: 'HoldEndedError',
    code: 'EVENT_BUS_HOLD_ENDED',
    value: 'job:run',
    says: /"job:run" was emitted on the bus of a hold\(\) whose work has ended/,
    advises: /Await everything inside the work, or emit on the bus outside/,
    async provoke() {
      let held!: core.EventBus;
      await new core.RootEventBus().hold((bus) => void (held = bus));
      held.emit('job:run');
    },
  },
  {
    name: 'AlreadyRunningError',
    code: 'EVENT_BUS_ALREADY_RUNNING',
    value: undefined,
    says: /could not be held/,
    advises: /has to be the first call on a bus/,
    provoke() {
      const bus = new core.RootEventBus();
      bus.emit('job:run');
      bus.gate();
    },
  },
  {
    name: 'BusClosedError',
    code: 'EVENT_BUS_CLOSED',
    value: expect.stringContaining('"job:run" was waited for'),
    says: /The event bus \(or the scope\) is closed/,
    advises: /"job:run" was waited for, and can't come any more/,
    async provoke() {
      const bus = new core.RootEventBus();
      await bus.close();
      await bus.waitFor('job:run');
    },
  },
];

describe('The error', () => {
  it.each(CASES)('$name is provoked, has a code and the bad value, and says what to do', async (expected) => {
    const { name, code, value, says, advises, provoke } = expected;
    const error = await Promise.resolve()
      .then(provoke)
      .then(
        () => undefined,
        (fault: unknown) => fault as core.EventBusError,
      );
    expect(error).toBeInstanceOf(new Map(Object.entries(core)).get(name));
    expect(error).toBeInstanceOf(core.EventBusError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code });
    expect(error!.value).toEqual(value);
    expect(error!.message).toMatch(says);
    expect(error!.message).toMatch(advises);
    expect(error!.stack).toContain(`${name}: `);
    expect(error!.message).not.toContain('hunter2');
  });

  it('of every class that the core exports is in this table, each with a code of its own', () => {
    const exported = Object.entries(core)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof core.EventBusError)
      .map(([name]) => name);
    expect(CASES.map(({ name }) => name).toSorted()).toEqual(exported.toSorted());
    expect(new Set(CASES.map(({ code }) => code)).size).toBe(CASES.length);
  });

  it('that was caused by another has it as its cause', async () => {
    const { bus } = recordedBus();
    bus.on('job:run', () => {
      throw boom;
    });
    const report = await bus.emitAsync('job:run');
    expect(() => report.throwIfFailed()).toThrow(expect.objectContaining({ cause: boom, errors: [boom] }));
  });

  const ARGUMENTS: [string, string, (bus: core.RootEventBus, bad: never) => unknown][] = [
    ['handler', 'on', (bus, bad) => bus.on('job:run', bad)],
    ['handler', 'once', (bus, bad) => bus.once('job:run', bad)],
    ['middleware', 'use', (bus, bad) => bus.use(bad)],
    ['observer', 'observe', (bus, bad) => bus.observe(bad)],
    ['owner', 'as', (bus, bad) => bus.as(bad)],
    ['definition', 'register', (bus, bad) => bus.register(bad)],
    ['work', 'track', (bus, bad) => bus.track('report', bad)],
    ['work', 'hold', (bus, bad) => bus.hold(bad)],
    ['name', 'scope', (bus, bad) => bus.scope(bad)],
  ];
  it.each(ARGUMENTS)(
    'names the argument %s of %s when it is of the wrong kind',
    async (argument, _method, call) => {
      for (const bad of [undefined, null, 5, 'a b']) {
        const error = await Promise.resolve()
          .then(() => call(new core.RootEventBus(), bad as never))
          .then(
            () => undefined,
            (fault: unknown) => fault,
          );
        expect([bad, error]).toEqual([bad, expect.any(core.InvalidArgumentError)]);
        expect(error).toMatchObject({
          argument,
          value: bad,
          message: expect.stringContaining(bad === 'a b' ? '"a b"' : String(bad)),
        });
      }
    },
  );
});
