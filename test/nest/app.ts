import { afterEach } from '@jest/globals';
import { type INestApplicationContext, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventBusModule, type EventBusModuleOptions } from 'nestjs-event-bus';
import { type Logger, pino } from 'pino';

const started: INestApplicationContext[] = [];

afterEach(async () => {
  for (const app of started.splice(0)) await app.close();
});

/** Starts a real application whose root module imports the bus and has the given metadata; it is closed after the test. */
export async function startApp(
  metadata: ModuleMetadata,
  options: EventBusModuleOptions & { isGlobal?: boolean } = { logging: false },
): Promise<INestApplicationContext> {
  return startRoot({ ...metadata, imports: [EventBusModule.forRoot(options), ...(metadata.imports ?? [])] });
}

/** Starts a real application with exactly this root module; it is closed after the test. */
export async function startRoot(metadata: ModuleMetadata): Promise<INestApplicationContext> {
  @Module(metadata)
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  started.push(app);
  return app;
}

export interface Line {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** A real pino logger with its lines, as written and parsed. */
export function captureLog(level = 'debug'): { logger: Logger; lines: Line[]; text: () => string } {
  const written: string[] = [];
  const lines: Line[] = [];
  const write = (line: string): void => {
    written.push(line);
    lines.push(JSON.parse(line) as Line);
  };
  return {
    logger: pino({ level, base: null, timestamp: false }, { write }),
    lines,
    text: () => written.join(''),
  };
}
