export { createForwardingLogger, type LogLine } from './forwarding-logger.js';
export {
  checkLogOptions,
  isLevel,
  LEVELS,
  LOG_OPTION_NAMES,
  type LogLevel,
  type LogOptions,
} from './log-options.js';
export { bothRedactions, checkRedactOptions, type RedactOptions } from './redact-options.js';
export { redactSecrets } from './redact-secrets.js';
export { indented, oneLine } from './one-line.js';
export { pinoObserver, type Logger } from './pino-observer.js';
export { secretNames } from './secret-names.js';
