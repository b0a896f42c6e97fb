import { Logger } from '@nestjs/common';
import {
  createForwardingLogger,
  indented,
  type Logger as PinoLogger,
  type LogLine,
  oneLine,
} from '../logging/index.js';

/** A pino logger whose lines go to Nest's Logger, and with it wherever `app.useLogger()` says. */
export function createNestLogger(level: string): PinoLogger {
  const nest = new Logger('EventBus');
  return createForwardingLogger(level, (line) => forward(nest, line));
}

function forward(nest: Logger, line: LogLine): void {
  const text = textOf(line);
  const stack = line.stack === undefined ? undefined : indented(line.stack);
  if (line.level >= 60) nest.fatal(text, stack);
  else if (line.level >= 50) nest.error(text, stack);
  else if (line.level >= 40) nest.warn(stack === undefined ? text : `${text}\n${stack}`);
  else if (line.level >= 30) nest.log(text);
  else if (line.level >= 20) nest.debug(text);
  else nest.verbose(text);
}

/** The message, and what it doesn't say already, on one line. */
function textOf({ message, fields }: LogLine): string {
  const more = Object.entries(fields).filter(
    ([, value]) => isCompound(value) || !message.includes(String(value)),
  );
  return oneLine([message, ...more.map(([name, value]) => `${name}=${valueText(value)}`)].join(' '));
}

/** In quotes where it could pass for something else: another field, or the end of this one. */
function valueText(value: unknown): string {
  if (typeof value === 'string' && /^[\w:./-]+$/.test(value)) return value;
  return isCompound(value) || typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function isCompound(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
