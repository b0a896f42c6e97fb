import {
  InvalidOptionError,
  type PermissionMode,
  ROOT_OPTION_NAMES,
  type RootEventBusOptions,
} from '../core/index.js';
import {
  checkLogOptions,
  checkRedactOptions,
  isLevel,
  LEVELS,
  LOG_OPTION_NAMES,
  type Logger,
  type LogLevel,
  type LogOptions,
  type RedactOptions,
} from '../logging/index.js';
import { isObject } from './check-handler.js';
import type { PermissionOptions } from './permission-options.js';

/** How the bus logs. */
export interface LoggingOptions extends LogOptions {
  /** A pino logger, used as it is, also for its level. With nestjs-pino: `pinoLogger.logger`. @default lines go to Nest's Logger */
  logger?: Logger;
  /** The lowest level that goes to Nest's Logger: `debug` shows every event. Not together with `logger`. @default 'info' */
  level?: LogLevel;
}

/** Options of `EventBusModule.forRoot()`. */
export interface EventBusModuleOptions extends Omit<RootEventBusOptions, 'permissions' | 'redactor'> {
  /** What is done with `@Emits` and `@Listens`: a mode, or one with the host's grants. @default 'declared' */
  permissions?: PermissionMode | PermissionOptions;
  /**
   * What history, streams, dead letters and the log leave out of events beside secrets by their usual names; `logging.redact` adds
   * to it. `false`: only the log leaves secrets out. @default {}
   */
  redact?: false | RedactOptions;
  /** `false`: the bus logs nothing, not even failed handlers. @default {} */
  logging?: false | LoggingOptions;
}

/** What `useClass` and `useExisting` of `EventBusModule.forRootAsync()` must implement. */
export interface EventBusOptionsFactory {
  createEventBusOptions(): EventBusModuleOptions | Promise<EventBusModuleOptions>;
}

const METHODS = ['debug', 'info', 'warn', 'error', 'isLevelEnabled'] as const;
const WHERE = 'EventBusModule.forRoot()';
const WHERE_ASYNC = 'EventBusModule.forRootAsync()';

/** What `forRoot()` was given; what is in it is checked at the start. @throws InvalidOptionError */
export function checkSyncOptions(options: EventBusModuleOptions): void {
  assertObject('options', options);
}

/** Checks what is the module's own, and leaves what is the engine's to the engine. @throws InvalidOptionError */
export function checkModuleOptions(options: EventBusModuleOptions): void {
  // What forRoot() itself was given is an object, from which Nest has taken isGlobal.
  if (!isObject(options)) throw unusableResult(options);
  if ('isGlobal' in options) throw misplacedGlobal(options.isGlobal);
  const names = ROOT_OPTION_NAMES.filter((name) => name !== 'redactor');
  assertKnown(options, [...names, 'redact', 'logging', 'isGlobal']);
  const { logging, redact } = options;
  if (redact !== undefined && redact !== false) {
    if (!isObject(redact)) throw unusable('redact', redact, 'false or an object');
    checkRedactOptions(redact, 'redact');
  }
  if (logging === undefined || logging === false) return;
  assertObject('logging', logging, 'false or ');
  assertKnown(logging, ['logger', 'level', ...LOG_OPTION_NAMES], 'logging.');
  const { logger, level, ...rest } = logging;
  checkLogOptions(rest, 'logging.');
  if (logger !== undefined) assertLogger(logger);
  if (level === undefined) return;
  if (!isLevel(level)) {
    throw unusable('logging.level', level, `one of ${LEVELS.join(', ')}`);
  }
  if (logger !== undefined) {
    throw new InvalidOptionError(
      'logging.level',
      level,
      'The option "logging.level" is for lines that go to Nest’s Logger. A logger of your own has its own level: leave one of the two out.',
    );
  }
}

/** @throws InvalidOptionError */
export function checkIsGlobal(isGlobal: unknown): void {
  if (isGlobal !== undefined && typeof isGlobal !== 'boolean') {
    throw unusable('isGlobal', isGlobal, 'a boolean');
  }
}

const ASYNC_NAMES = [
  'useFactory',
  'useClass',
  'useExisting',
  'inject',
  'imports',
  'provideInjectionTokensFrom',
];

/** @throws InvalidOptionError */
export function checkAsyncOptions(options: object): void {
  const where = WHERE_ASYNC;
  assertObject('options', options, '', where);
  assertKnown(options, [...ASYNC_NAMES, 'isGlobal'], '', where);
  const given = ['useFactory', 'useClass', 'useExisting'].filter(
    (name) => (options as Record<string, unknown>)[name] !== undefined,
  );
  if (given.length !== 1) {
    throw new InvalidOptionError(
      given[1] ?? 'useFactory',
      options,
      `${where} needs one of useFactory, useClass and useExisting, not ${given.length === 0 ? 'none' : given.join(' and ')}.`,
    );
  }
}

function assertObject(name: string, value: unknown, or = '', where = WHERE): void {
  if (!isObject(value)) throw unusable(name, value, `${or}an object`, where);
}

function assertKnown(options: object, known: readonly string[], prefix = '', where = WHERE): void {
  for (const [name, value] of Object.entries(options)) {
    if (known.includes(name)) continue;
    throw new InvalidOptionError(
      prefix + name,
      value,
      `${where} has no option "${prefix}${name}". It knows ${known.map((each) => prefix + each).join(', ')}.`,
    );
  }
}

function assertLogger(logger: object): void {
  const missing = METHODS.filter((name) => typeof (logger as Partial<Logger> | null)?.[name] !== 'function');
  if (missing.length === 0) return;
  throw unusable(
    'logging.logger',
    logger,
    `a pino logger (this has no ${missing.join(', ')}; of nestjs-pino’s PinoLogger, give its property "logger")`,
  );
}

function unusable(name: string, value: unknown, expected: string, where = WHERE): InvalidOptionError {
  const what = name === 'options' ? `The argument of ${where}` : `The option "${name}" of ${where}`;
  return new InvalidOptionError(name, value, `${what} must be ${expected}, not ${shown(value)}.`);
}

function unusableResult(value: unknown): InvalidOptionError {
  return new InvalidOptionError(
    'options',
    value,
    `The options that the factory of ${WHERE_ASYNC} returns must be an object, not ${shown(value)}. Return {} for the defaults.`,
  );
}

function misplacedGlobal(value: unknown): InvalidOptionError {
  return new InvalidOptionError(
    'isGlobal',
    value,
    'The option "isGlobal" is about the module, which is there before its factory runs. ' +
      'Put it beside the factory: EventBusModule.forRootAsync({ isGlobal, useFactory }).',
  );
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
