export type { BusHealth, FilledQueue, MissingStep, PausedHandler, WaitingStep } from './bus-health.js';
export { EventBusHealthIndicator } from './event-bus-health.indicator.js';
export type { Excerpt } from './excerpt.js';
export type { HealthOptions } from './health-options.js';
