import { describe, expect, it } from '@jest/globals';
import {
  EventBusModule,
  type EventBusModuleOptions,
  InvalidOptionError,
  pinoObserver,
  RootEventBus,
} from 'nestjs-event-bus';
import { captureLog, startApp, startRoot } from './app.js';

/** The error with which an application with these options fails to start. */
async function failure(options: unknown): Promise<unknown> {
  const bus = EventBusModule.forRoot(options as EventBusModuleOptions);
  return startRoot({ imports: [bus] }).catch((error: unknown) => error);
}

describe('Options of EventBusModule.forRoot()', () => {
  it.each([
    [{ histroy: {} }, 'histroy', /forRoot\(\) has no option "histroy".*history.*logging.*isGlobal/],
    [{ global: true }, 'global', /no option "global"/],
    [{ history: { size: 5 } }, 'history.size', /no option "history.size"/],
    [{ history: { capacity: -1 } }, 'history.capacity', /"history.capacity".*must be/],
    [{ closeTimeout: '5s' }, 'closeTimeout', /"closeTimeout".*must be/],
    [{ logging: true }, 'logging', /"logging".*must be false or an object, not boolean/],
    [{ logging: null }, 'logging', /must be false or an object, not null/],
    [
      { logging: { levle: 'debug' } },
      'logging.levle',
      /no option "logging.levle".*logging.logger, logging.level/,
    ],
    [
      { logging: { level: 'verbose' } },
      'logging.level',
      /must be one of trace, debug,.*silent, not "verbose"/,
    ],
    [{ logging: { logger: console } }, 'logging.logger', /has no isLevelEnabled/],
    [{ logging: { logger: null } }, 'logging.logger', /pino logger/],
    [{ logging: { levels: 'debug' } }, 'logging.levels', /must be an object, not "debug"/],
    [{ logging: { levels: { 'a:*': 'off' } } }, 'logging.levels["a:*"]', /one of trace.*silent, not "off"/],
    [{ logging: { levels: { 'a:**x': 'info' } } }, 'logging.levels', /keys are patterns, not "a:\*\*x"/],
    [
      { logging: { levels: { 'a:**': 'info', 'a:b': 'warn' } } },
      'logging.levels',
      /"a:b".*is never reached: "a:\*\*" stands before it/,
    ],
    [{ redact: true }, 'redact', /must be false or an object, not boolean/],
    [{ redact: { key: ['x'] } }, 'redact.key', /knows .*redact.keys/],
    [{ redact: { paths: ['a..b'] } }, 'redact.paths', /a list of paths/],
    [{ redactor: {} }, 'redactor', /knows .*redact/],
    [{ logging: { redact: ['password'] } }, 'logging.redact', /must be an object/],
    [{ logging: { redact: { key: ['x'] } } }, 'logging.redact.key', /knows .*redact.keys/],
    [{ logging: { redact: { topics: 'a:*' } } }, 'logging.redact.topics', /a list of patterns/],
    [{ logging: { redact: { topics: ['a:**x'] } } }, 'logging.redact.topics', /a list of patterns/],
    [{ logging: { redact: { keys: ['-'] } } }, 'logging.redact.keys', /each with a letter or a digit/],
    [{ logging: { redact: { keys: [/x/] } } }, 'logging.redact.keys', /a list of names/],
    [{ logging: { redact: { paths: ['a..b'] } } }, 'logging.redact.paths', /a list of paths/],
    [{ logging: { redact: { paths: [''] } } }, 'logging.redact.paths', /a list of paths/],
    [{ logging: { summarize: { 'a:*': 'short' } } }, 'logging.summarize["a:*"]', /must be a function/],
    [{ logging: { summarize: { '*': String, a: String } } }, 'logging.summarize', /"a".*is never reached/],
    [{ logging: { maxDataLength: '2kB' } }, 'logging.maxDataLength', /a whole number of characters/],
    [{ logging: { maxDataLength: -1 } }, 'logging.maxDataLength', /at least 0/],
    [{ logging: { serializers: { err: {} } } }, 'logging.serializers.err', /must be a function/],
    [{ sensitive: 'vault:*' }, 'sensitive', /a list of patterns/],
    [{ sensitive: ['vault:**x'] }, 'sensitive', /a list of patterns \(.*mixes a wildcard/],
  ])('%j is refused: the error names %s', async (options, option, message) => {
    const error = await failure(options);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({
      code: 'EVENT_BUS_INVALID_OPTION',
      option,
      message: expect.stringMatching(message),
    });
  });

  it('a logger of the application and a level of the bus’s own exclude each other', async () => {
    const error = await failure({ logging: { logger: captureLog().logger, level: 'debug' } });
    expect(error).toMatchObject({
      option: 'logging.level',
      message: expect.stringMatching(/leave one of the two out/),
    });
  });

  it('options that are undefined count as not given', async () => {
    const options = { history: undefined, logging: undefined, isGlobal: undefined };
    await expect(startApp({}, options as unknown as EventBusModuleOptions)).resolves.toBeDefined();
  });

  it('of the log are also those of pinoObserver()', () => {
    const observe = (): unknown =>
      pinoObserver(new RootEventBus(), captureLog().logger, { redact: { keys: [5] } } as never);
    expect(observe).toThrow(InvalidOptionError);
    expect(observe).toThrow(/"redact.keys" must be/);
  });

  it('of the log that are undefined, or at their limits, are accepted', async () => {
    const log = {
      levels: undefined,
      redact: { keys: undefined, topics: [] },
      maxDataLength: 0,
      serializers: {},
    };
    const options = { logging: { ...log, level: 'silent' } };
    await expect(startApp({}, options as unknown as EventBusModuleOptions)).resolves.toBeDefined();
  });
});
