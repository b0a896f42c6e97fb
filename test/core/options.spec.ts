import { describe, expect, it } from '@jest/globals';
import { BootGate, defineEvent, InvalidOptionError, RootEventBus } from 'nestjs-event-bus/core';
import { resolveOptions } from '../../src/core/options.js';

type Taker = (bus: RootEventBus, options: never) => unknown;

const MS = [-1, NaN, '5', null, 2 ** 31, -Infinity];
const COUNT = [-1, 0.5, NaN, Infinity, '5', null, true];
const NO_BOOLEAN = ['true', 0, 1, null];
const NO_FUNCTION = [null, 'x => x', {}];
const NO_POLICY = [true, 3, null, [], 'exponential'];
const SIGNAL = [null, 'SIGINT', {}, new AbortController()];

/** Everything that takes options, with values that each of them can't have. */
const TAKERS: [name: string, take: Taker, bad: Record<string, readonly unknown[]>][] = [
  [
    'new RootEventBus',
    (_bus, options) => new RootEventBus(options),
    {
      history: [5, null, [], 'all'],
      recursionLimit: [0, ...COUNT],
      routeCacheSize: [1, ...COUNT],
      heldCapacity: [0, ...COUNT],
      closeTimeout: MS,
      delivery: [5, null, 'retry', []],
      deadLetters: [5, null],
      sensitive: ['vault:*', null, {}, ['vault:**x'], [5], ['']],
    },
  ],
  ['history of new RootEventBus', (_bus, history) => new RootEventBus({ history }), { capacity: COUNT }],
  [
    'deadLetters of new RootEventBus',
    (_bus, deadLetters) => new RootEventBus({ deadLetters }),
    { capacity: COUNT },
  ],
  [
    'delivery of new RootEventBus',
    (_bus, delivery) => new RootEventBus({ delivery }),
    { timeout: [0, ...MS], retry: NO_POLICY, pause: [...NO_POLICY, {}, { resumeAfter: 5 }] },
  ],
  [
    'retry of on',
    (bus, retry) => bus.on('job:run', () => {}, { retry }),
    { attempts: [0, ...COUNT], backoff: [Infinity, [], ...MS], retryIf: NO_FUNCTION },
  ],
  ...(['on', 'once'] as const).map((name): [string, Taker, Record<string, readonly unknown[]>] => [
    name,
    (bus, options) => bus[name]('job:run', () => {}, options),
    {
      key: ['', true, 5, null],
      filter: NO_FUNCTION,
      priority: [NaN, '1', null],
      replay: ['first', true, null],
      queue: [null, 5, 'wait', []],
      timeout: [0, ...MS],
      retry: NO_POLICY,
      pause: [...NO_POLICY, {}, { resumeAfter: 5 }],
      ...(name === 'on' && { once: NO_BOOLEAN, weak: NO_BOOLEAN }),
    },
  ]),
  [
    'emit',
    (bus, options) => bus.emit('job:run', 1, options),
    {
      metadata: [null, [], 'locale'],
      causedBy: [null, 'id', {}, { id: 5 }, { id: 'only half of an event' }],
      source: [null, 5, {}],
    },
  ],
  [
    'emitAsync',
    (bus, options) => bus.emitAsync('job:run', 1, options),
    { metadata: [null, []], causedBy: [null, {}], source: [null, 5], signal: SIGNAL },
  ],
  [
    'waitFor',
    (bus, options) => bus.waitFor('job:run', options),
    { timeout: MS, filter: NO_FUNCTION, signal: SIGNAL, past: NO_BOOLEAN },
  ],
  [
    'stream',
    (bus, options) => bus.stream('job:run', options),
    { capacity: [0, ...COUNT], overflow: ['drop', true, null], signal: SIGNAL },
  ],
  [
    'history.recent',
    (bus, options) => bus.history.recent(options),
    { limit: [-1, 0.5, NaN, '5', null], since: ['yesterday', NaN, new Date('?'), null] },
  ],
  ['idle', (bus, options) => bus.idle(options), { timeout: MS }],
  ['drain', (bus, options) => bus.drain(options), { timeout: MS }],
  ['close', (bus, options) => bus.close(options), { timeout: MS }],
  [
    'defineEvent',
    (_bus, options) => defineEvent('job:run', options),
    {
      schema: [null, 'number', {}, { '~standard': null }, { '~standard': { validate: 'yes' } }],
      retain: NO_BOOLEAN,
      description: [5, null],
    },
  ],
];

const BAD = TAKERS.flatMap(([name, take, options]) =>
  Object.entries(options).map(([option, values]) => ({ name, take, option, values })),
);

/** What the call throws, or its promise rejects with. */
async function faultOf(take: Taker, options: unknown): Promise<unknown> {
  const bus = new RootEventBus();
  try {
    await take(bus, options as never);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('A bad value', () => {
  it.each(BAD)('of the option $option of $name is refused, and named', async ({ take, option, values }) => {
    for (const value of values) {
      const error = (await faultOf(take, { [option]: value })) as InvalidOptionError;
      expect([value, error]).toEqual([value, expect.any(InvalidOptionError)]);
      expect(error).toMatchObject({ code: 'EVENT_BUS_INVALID_OPTION', value });
      expect(error.option).toMatch(new RegExp(`^((history|deadLetters|delivery|retry)\\.)?${option}$`));
      expect(error.message).toMatch(/^The option ".*" of .* must be .*, not .*\.$/s);
    }
  });

  it.each(BAD)('is none where the option $option of $name is undefined', async ({ name, take, option }) => {
    if (name === 'waitFor')
      return void new RootEventBus().waitFor('job:run', { [option]: undefined, timeout: 0 });
    expect(await faultOf(take, { [option]: undefined })).toBeUndefined();
  });
});

describe('The queue of a subscription', () => {
  const QUEUE = {
    capacity: [0, ...COUNT],
    overflow: ['drop', true, null],
    concurrency: [0, ...COUNT],
    orderBy: ['id', null, {}],
  };

  it.each(['on', 'once'] as const)('of %s refuses bad values, and unknown options, by name', async (name) => {
    const take: Taker = (bus, queue) => bus[name]('job:run', () => {}, { queue });
    for (const [option, values] of Object.entries(QUEUE)) {
      for (const value of values) {
        const error = await faultOf(take, { [option]: value });
        expect([value, error]).toEqual([value, expect.any(InvalidOptionError)]);
        expect(error).toMatchObject({ option: `queue.${option}`, value });
      }
      expect(await faultOf(take, { [option]: undefined })).toBeUndefined();
    }
    const unknown = await faultOf(take, { capcity: 5 });
    expect(unknown).toMatchObject({
      option: 'queue.capcity',
      message: expect.stringContaining('It knows capacity, overflow, concurrency, orderBy'),
    });
  });

  it('may be true, false or an object without options', async () => {
    for (const queue of [true, false, {}])
      expect(
        await faultOf((bus, options) => bus.on('job:run', () => {}, options), { queue }),
      ).toBeUndefined();
  });
});

describe('Options', () => {
  it.each(TAKERS)(
    'of %s that are unknown are refused by their name, with the known ones',
    async (_name, take, options) => {
      for (const unknown of ['priorty', '__proto__', 'constructor']) {
        const error = (await faultOf(take, JSON.parse(`{"${unknown}": 1}`))) as InvalidOptionError;
        expect(error).toBeInstanceOf(InvalidOptionError);
        expect(error.message).toContain(`no option "`);
        expect(error.message).toContain(unknown);
        expect(error.option).toContain(unknown);
        for (const known of Object.keys(options)) expect(error.message).toContain(known);
      }
    },
  );

  it.each(TAKERS)('of %s must be an object', async (_name, take) => {
    for (const options of [null, 5, 'priority', [], true])
      expect([options, await faultOf(take, options)]).toEqual([options, expect.any(InvalidOptionError)]);
  });

  it.each([
    [{ retry: { backoff: { type: 'linear' } } }, 'retry.backoff.type', '"fixed" or "exponential"'],
    [{ retry: { backoff: { delay: Infinity } } }, 'retry.backoff.delay', '0 to 2147483647, not Infinity'],
    [{ retry: { backoff: { max: -1 } } }, 'retry.backoff.max', '0 to 2147483647, not -1'],
    [{ retry: { backoff: { type: 'fixed', max: 5 } } }, 'retry.backoff.max', 'left out'],
    [{ retry: { backoff: { jitter: 5 } } }, 'retry.backoff.jitter', 'It knows type, delay, max'],
    [{ pause: { failures: 0 } }, 'pause.failures', 'at least 1, not 0'],
    [{ pause: { failures: 1.5 } }, 'pause.failures', 'at least 1, not 1.5'],
    [{ pause: { failures: 1, resumeAfter: -1 } }, 'pause.resumeAfter', 'not -1'],
    [{ pause: { failures: 1, after: 1 } }, 'pause.after', 'It knows failures, resumeAfter'],
  ])('of a delivery such as %j are refused: %s', (options, option, says) => {
    const bus = new RootEventBus();
    const takers: [string, () => unknown][] = [
      ['', () => bus.on('job:run', () => {}, options as never)],
      ['', () => bus.once('job:run', () => {}, options as never)],
      ['delivery.', () => new RootEventBus({ delivery: options as never })],
    ];
    for (const [prefix, take] of takers) {
      const expected = { option: prefix + option, message: expect.stringContaining(says) };
      expect(take).toThrow(expect.objectContaining(expected));
    }
  });

  it('of a handler’s gate are those of on, and early', () => {
    const bus = new RootEventBus();
    const gate = bus.gate();
    expect(gate).toBeInstanceOf(BootGate);
    expect(() => gate.on(bus, 'job:run', () => {}, { priorty: 1 } as never)).toThrow('no option "priorty"');
  });

  it('that are left out have the defaults of the docs', () => {
    expect(resolveOptions()).toEqual({
      clock: 'exact',
      historyCapacity: 100,
      permissions: 'declared',
      recursionLimit: 100,
      routeCacheSize: 10_000,
      heldCapacity: 10_000,
      closeTimeout: 10_000,
      delivery: {},
      deadLetterCapacity: 1_000,
      sensitive: [],
    });
    expect(resolveOptions({ history: {} })).toEqual(resolveOptions({}));
  });

  it('at their limits are accepted', () => {
    expect(
      () => new RootEventBus({ history: { capacity: 0 }, recursionLimit: 1, closeTimeout: Infinity }),
    ).not.toThrow();
    expect(() => new RootEventBus({ routeCacheSize: 2, heldCapacity: 1, closeTimeout: 0 })).not.toThrow();
    expect(() => new RootEventBus({ closeTimeout: 2 ** 31 - 1 })).not.toThrow();
    const bus = new RootEventBus();
    expect(() => bus.on('job:run', () => {}, { priority: -Infinity, key: 'k' })).not.toThrow();
    expect(() =>
      bus.on('job:run', () => {}, { timeout: 1, pause: { failures: 1, resumeAfter: 0 } }),
    ).not.toThrow();
    expect(() => bus.on('job:run', () => {}, { retry: { attempts: 1, backoff: 0 } })).not.toThrow();
    expect(() => bus.history.recent({ limit: Infinity, since: -1 })).not.toThrow();
  });

  it('are named in the message with where they stand, and nothing of a value that is an object is shown', async () => {
    const secret = { password: 'hunter2' };
    const error = (await faultOf((_bus, options) => new RootEventBus(options), {
      history: { capacity: secret },
    })) as InvalidOptionError;
    expect(error.message).toBe(
      'The option "history.capacity" of RootEventBus must be a whole number of at least 0, not an object.',
    );
    expect(error.option).toBe('history.capacity');
    expect(JSON.stringify([error.message, error.stack])).not.toContain('hunter2');
  });
});
