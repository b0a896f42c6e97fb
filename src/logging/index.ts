export { createForwardingLogger, type LogLine } from './forwarding-logger.js';
export {
  checkLogOptions,
  isLevel,
  LEVELS,
  LOG_OPTION_NAMES,
  type LogLevel,
  type LogOptions,
  type RedactOptions,
} from './log-options.js';
export { indented, oneLine } from './one-line.js';
export { pinoObserver, type Logger } from './pino-observer.js';
