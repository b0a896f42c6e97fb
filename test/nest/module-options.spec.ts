import { describe, expect, it } from '@jest/globals';
import { EventBusModule, type EventBusModuleOptions, InvalidOptionError } from 'nestjs-event-bus';
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
});
