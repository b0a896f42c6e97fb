export { EventRecorder } from './event-recorder.js';
export { EventExpectationError } from './expectation-error.js';
export type { AsymmetricMatcher, PartialData } from './mismatches.js';
export type { NextOptions } from './next-options.js';
export { type ProviderLookup, recordEvents } from './record-events.js';
export type { EmittedEvent, RecordedEvent, RecordedFailure, RecordedHandler } from './recorded-event.js';
