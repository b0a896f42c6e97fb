import { Logger } from '@nestjs/common';
import { createForwardingLogger, type Logger as PinoLogger, type LogLine } from '../logging/index.js';

/** A pino logger whose lines go to Nest's Logger, and with it wherever `app.useLogger()` says. */
export function createNestLogger(level: string): PinoLogger {
  const nest = new Logger('EventBus');
  return createForwardingLogger(level, (line) => forward(nest, line));
}

function forward(nest: Logger, line: LogLine): void {
  const text = textOf(line);
  if (line.level >= 60) nest.fatal(text, line.stack);
  else if (line.level >= 50) nest.error(text, line.stack);
  else if (line.level >= 40) nest.warn(line.stack === undefined ? text : `${text}\n${line.stack}`);
  else if (line.level >= 30) nest.log(text);
  else if (line.level >= 20) nest.debug(text);
  else nest.verbose(text);
}

/** The message, and what it doesn't say already. */
function textOf({ message, fields }: LogLine): string {
  const more = Object.entries(fields).filter(([, value]) => !message.includes(String(value)));
  return [message, ...more.map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}
