import type { BusEvent } from '../core/index.js';
import { covers, InvalidOptionError, isPattern } from '../core/index.js';
import { assertKnown, assertObject, unusable } from './option-faults.js';
import type { RedactOptions } from './redact-options.js';
import { checkRedactOptions } from './redact-options.js';

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** pino's names of levels; what is `silent` is not written at all. */
export type LogLevel = (typeof LEVELS)[number];

/** Gives a log something else than an event's data. A method's type: what it takes as data is what it says. */
type Summary = { summarize(data: unknown, event: BusEvent): unknown }['summarize'];

/** What the log writes of events, and what it never shows. Patterns are asked in the order in which they stand. */
export interface LogOptions {
  /** At which level the line that tells of an event is written, by pattern; the first that matches. @default 'debug' for all */
  levels?: Readonly<Record<string, LogLevel>>;
  /** What of an event's data is not shown, beside secrets by their usual names. In Nest it holds for history and streams, too. @default {} */
  redact?: RedactOptions;
  /** By pattern, what is logged instead of the data; the first that matches. @default the data */
  summarize?: Readonly<Record<string, Summary>>;
  /** Characters (UTF-16 units, as JSON) of an event's data that are logged at most; more is cut with its size told. @default 2_048 */
  maxDataLength?: number;
  /** By the name of a line's field (`data`, `source`, `handler`, …), what is logged instead of its value. @default {} */
  serializers?: Readonly<Record<string, (value: unknown) => unknown>>;
}

/** The names of {@link LogOptions}, for who has more beside them. */
export const LOG_OPTION_NAMES = ['levels', 'redact', 'summarize', 'maxDataLength', 'serializers'] as const;

/**
 * @param prefix where the options stand, such as `logging.`
 * @throws InvalidOptionError
 */
export function checkLogOptions(options: LogOptions, prefix = ''): void {
  assertObject(prefix || 'options', options);
  assertKnown(options, LOG_OPTION_NAMES, prefix);
  const { levels = {}, redact = {}, summarize = {}, maxDataLength = 0, serializers = {} } = options;
  checkByPattern(`${prefix}levels`, levels, isLevel, `one of ${LEVELS.join(', ')}`);
  checkByPattern(`${prefix}summarize`, summarize, isFunction, 'a function');
  checkRedactOptions(redact, `${prefix}redact`);
  if (!Number.isInteger(maxDataLength) || maxDataLength < 0) {
    throw unusable(`${prefix}maxDataLength`, maxDataLength, 'a whole number of characters, at least 0');
  }
  assertObject(`${prefix}serializers`, serializers);
  for (const [field, serializer] of Object.entries(serializers)) {
    if (!isFunction(serializer)) throw unusable(`${prefix}serializers.${field}`, serializer, 'a function');
  }
}

export function isLevel(value: unknown): value is LogLevel {
  return (LEVELS as readonly unknown[]).includes(value);
}

/** @throws InvalidOptionError */
function checkByPattern(
  option: string,
  byPattern: Readonly<Record<string, unknown>>,
  isValue: (value: unknown) => boolean,
  expected: string,
): void {
  assertObject(option, byPattern);
  const before: string[] = [];
  for (const [pattern, value] of Object.entries(byPattern)) {
    if (!isPattern(pattern)) throw unusable(option, pattern, 'an object whose keys are patterns');
    if (!isValue(value)) throw unusable(`${option}["${pattern}"]`, value, expected);
    const general = before.find((earlier) => covers(earlier, pattern));
    if (general !== undefined) {
      throw new InvalidOptionError(
        option,
        pattern,
        `"${pattern}" in the option "${option}" is never reached: "${general}" stands before it and hears all of it. Put the more special one first.`,
      );
    }
    before.push(pattern);
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
