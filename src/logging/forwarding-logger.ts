import { pino, stdSerializers } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** One line of a log, in parts. */
export interface LogLine {
  /** As pino counts: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  readonly message: string;
  /** The fields that were logged, but for the error; undefined ones are left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of the error that was logged, with those of its causes. */
  readonly stack: string | undefined;
}

/** What pino tells a destination that bears the metadata symbol, just before each write. */
interface Destination extends DestinationStream {
  lastLevel: number;
  lastMsg: string | undefined;
  lastObj: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * A pino logger whose lines go to a function, in parts instead of JSON.
 *
 * @param level pino's name of the lowest level that is written, or `silent`
 */
export function createForwardingLogger(level: string, forward: (line: LogLine) => void): Logger {
  const destination: Destination & Record<symbol, unknown> = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    lastMsg: undefined,
    lastObj: undefined,
    write() {
      const { err, ...fields } = destination.lastObj ?? {};
      destination.lastObj = undefined; // the destination lives long: it must not keep what was logged last
      forward({
        level: destination.lastLevel,
        message: destination.lastMsg ?? '',
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
        stack: err instanceof Error ? stdSerializers.err(err).stack : undefined,
      });
    },
  };
  return pino({ level, base: null, timestamp: false }, destination);
}
