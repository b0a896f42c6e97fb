import type { Logger } from 'pino';
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
  // Asked of the logger each time: its level may change while the application runs, and that of a child would not follow.
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
  // What was asked last, since it is asked at every emit, and the answer takes as long as half of the emit.
  const changes = levelChangesOf(logger);
  let asked: LogLevel | undefined;
  let askedAt = 0;
  let answer = false;
  const isLevelEnabled = (level: LogLevel): boolean => {
    if (changes === undefined) return logger.isLevelEnabled(level);
    if (level !== asked || changes.count !== askedAt) {
      answer = logger.isLevelEnabled(level);
      asked = level;
      askedAt = changes.count;
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

interface LevelChanges {
  count: number;
}

/** One listener for each logger, however many buses write to it. */
const levelChanges = new WeakMap<Logger, LevelChanges>();

/** Counts how often the level of a logger changed; undefined for one that doesn't tell. */
function levelChangesOf(logger: Logger): LevelChanges | undefined {
  const known = levelChanges.get(logger);
  if (known !== undefined || typeof logger.on !== 'function') return known;
  const changes = { count: 0 };
  try {
    logger.on('level-change', () => changes.count++);
  } catch {
    return undefined;
  }
  levelChanges.set(logger, changes);
  return changes;
}

function warn(error: unknown): void {
  const what = error instanceof Error ? error.message : typeof error;
  process.emitWarning(`The logger of the event bus threw: ${oneLine(what)}. Further lines may be lost.`, {
    code: 'EVENT_BUS_LOGGER_FAILED',
  });
}
