export { createForwardingLogger, type LogLine } from './forwarding-logger.js';
export { pinoObserver, type Logger } from './pino-observer.js';
