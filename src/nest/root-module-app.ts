import { format } from 'node:util';
import type { DynamicModule, INestApplicationContext, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** What can stand at the root of an application. */
export type RootModule = Type<unknown> | DynamicModule;

/** What goes wrong, on the stream that is not for results. */
const TO_STDERR: LoggerService = {
  log: () => {},
  warn: toStderr,
  error: toStderr,
  fatal: toStderr,
};

/**
 * Makes an application from its root module, which listens to nothing.
 *
 * @param isPreview whether in Nest's preview mode: modules are put together, and nothing else is made. Else providers are, and
 * their hooks up to `onApplicationBootstrap` have run.
 * @throws (rejects) whatever the application throws
 */
export function createApp(module: RootModule, isPreview: boolean): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(module, {
    preview: isPreview,
    abortOnError: false,
    logger: isPreview ? false : TO_STDERR,
  });
}

/** Whether Nest can make an application of it, as far as can be told without. */
export function isRootModule(value: unknown): value is RootModule {
  if (typeof value === 'function') return Reflect.getMetadataKeys(value).some((key) => MODULE_KEYS.has(key));
  return typeof (value as Partial<DynamicModule> | null | undefined)?.module === 'function';
}

/** What `@Module()` leaves on a class, by what it was given. */
const MODULE_KEYS = new Set<unknown>(['imports', 'providers', 'controllers', 'exports']);

/** What the start throws, Nest also logs; whoever starts has it already. */
function toStderr(message: unknown, ...rest: unknown[]): void {
  if (rest.at(-1) === 'ExceptionHandler') return;
  process.stderr.write(`${format(message, ...rest.filter((each) => each !== undefined))}\n`);
}
