import { type Logger, symbols } from 'pino';
import type { LogLevel } from './log-options.js';
import { oneLine } from './one-line.js';

type Write = (fields: object, message: string) => void;

/** The part of a logger that the bus uses. None of it throws. */
export type GuardedLogger = Readonly<Record<Exclude<LogLevel, 'silent'>, Write>> & {
  isLevelEnabled(level: LogLevel): boolean;
  /** Writes at a level that is known only now; nothing at `silent`. */
  write(level: LogLevel, fields: object, message: string): void;
};

/**
 * A logger as it is, but what it throws goes no further: it is a process warning, once. Messages have no line ends or other
 * controls, so that none can forge a line.
 *
 * @param prepare has the last word on a line's fields
 */
export function guardLogger(logger: Logger, prepare: (fields: object) => object): GuardedLogger {
  let hasThrown = false;
  const guard = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (!hasThrown) warn(error);
      hasThrown = true;
      return otherwise;
    }
  };
  const at =
    (level: Exclude<LogLevel, 'silent'>): Write =>
    (fields, message) =>
      guard(() => logger[level](prepare(fields), oneLine(message)), undefined);
  const guarded = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
  // What was asked last, and of which level of the logger's: it is asked at every emit, and to answer takes as long as half of the emit.
  // Its level is read each time, since it may change while the application runs, and be a parent's. By pino's symbol that takes 6 ns, by
  // the getter `levelVal` 16. A logger without it, as from another copy of pino, is asked each time.
  let asked: LogLevel | undefined;
  let askedAt: number | undefined;
  let answer = false;
  const isLevelEnabled = (level: LogLevel): boolean => {
    const levelVal = (logger as unknown as Record<symbol, number | undefined>)[symbols.levelValSym];
    if (level !== asked || levelVal !== askedAt || levelVal === undefined) {
      answer = logger.isLevelEnabled(level);
      asked = level;
      askedAt = levelVal;
    }
    return answer;
  };
  return {
    ...guarded,
    isLevelEnabled(level) {
      if (level === 'silent') return false;
      try {
        return isLevelEnabled(level);
      } catch (error) {
        return guard(() => {
          throw error;
        }, false);
      }
    },
    write: (level, fields, message) => {
      if (level !== 'silent') guarded[level](fields, message);
    },
  };
}

function warn(error: unknown): void {
  const what = error instanceof Error ? error.message : typeof error;
  process.emitWarning(`The logger of the event bus threw: ${oneLine(what)}. Further lines may be lost.`, {
    code: 'EVENT_BUS_LOGGER_FAILED',
  });
}
