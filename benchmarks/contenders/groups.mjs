/** All that emit synchronously. */
export const EMITTERS = [
  'plain-loop',
  'minimal-bus',
  'node-events',
  'eventemitter3',
  'eventemitter2',
  'eventemitter2-wildcard',
  'hookable',
  'rxjs',
  'nestjs-event-emitter',
  'nestjs-cqrs',
  'bus-bare',
  'bus-full',
  'bus-nest',
];

/** All whose emit can be awaited until the handlers are done. */
export const AWAITED = [
  'plain-loop',
  'minimal-bus',
  'eventemitter2',
  'emittery',
  'hookable',
  'nestjs-event-emitter',
  'bus-bare',
  'bus-full',
  'bus-nest',
];
