// What the bus has to reach. Ratios are taken within a round; figures without `of` are in the scenario's unit, at each of its sizes.

/** Isolation and the envelope. */
const bare = 'bus-bare';
/** Everything on. */
const full = 'bus-full';
/** What a user gets who writes no option. */
const nest = 'bus-nest';
/** What most Nest applications have. */
const emitter = 'nestjs-event-emitter';

export const TARGETS = [
  { scenario: 'emit-1', contender: bare, of: 'plain-loop', atMost: 3 },
  { scenario: 'emit-1', contender: bare, of: 'eventemitter2', atMost: 1.4 },
  { scenario: 'emit-1', contender: bare, of: emitter, atMost: 0.25 },
  { scenario: 'emit-1', contender: full, of: emitter, atMost: 0.8 },
  { scenario: 'emit-1', contender: nest, of: emitter, atMost: 0.8 },

  { scenario: 'emit-10', contender: bare, of: 'plain-loop', atMost: 1.4 },
  { scenario: 'emit-10', contender: bare, of: 'eventemitter2', atMost: 1 },
  { scenario: 'emit-10', contender: bare, of: emitter, atMost: 0.08 },
  { scenario: 'emit-10', contender: full, of: emitter, atMost: 0.15 },
  { scenario: 'emit-10', contender: nest, of: emitter, atMost: 1 },

  { scenario: 'emit-1000x3', contender: bare, of: 'plain-loop', atMost: 3 },
  { scenario: 'emit-1000x3', contender: bare, of: 'eventemitter2', atMost: 1 },
  { scenario: 'emit-1000x3', contender: bare, of: emitter, atMost: 0.06 },
  { scenario: 'emit-1000x3', contender: full, of: emitter, atMost: 0.12 },
  { scenario: 'emit-1000x3', contender: nest, of: emitter, atMost: 1 },

  { scenario: 'wildcards', contender: bare, of: 'exact topics', atMost: 1.3 },
  { scenario: 'wildcards', contender: bare, of: 'eventemitter2-wildcard', atMost: 0.25 },
  { scenario: 'wildcards', contender: full, of: 'eventemitter2-wildcard', atMost: 0.45 },
  { scenario: 'wildcards', contender: nest, of: 'nestjs-event-emitter-wildcard', atMost: 1 },

  { scenario: 'await-1-async', contender: bare, of: 'plain-loop', atMost: 1.8 },
  { scenario: 'await-1-async', contender: bare, of: emitter, atMost: 0.5 },
  { scenario: 'await-1-async', contender: full, of: 'plain-loop', atMost: 2.5 },
  { scenario: 'await-1-async', contender: nest, of: emitter, atMost: 1 },

  { scenario: 'await-10-async', contender: bare, of: 'plain-loop', atMost: 1.1 },
  { scenario: 'await-10-async', contender: bare, of: emitter, atMost: 0.5 },
  { scenario: 'await-10-async', contender: full, of: 'plain-loop', atMost: 1.2 },
  { scenario: 'await-10-async', contender: nest, of: emitter, atMost: 1 },

  { scenario: 'await-10-sync', contender: bare, of: 'plain-loop', atMost: 0.3 },
  { scenario: 'await-10-sync', contender: full, of: 'plain-loop', atMost: 0.35 },
  { scenario: 'await-10-sync', contender: nest, of: emitter, atMost: 1 },

  { scenario: 'queue-fan-out', contender: bare, of: 'ring-buffers', atMost: 1.3 },
  { scenario: 'queue-publish', contender: full, atMost: 100 },

  { scenario: 'allocation', contender: bare, atMost: 96 },
  { scenario: 'allocation', contender: full, atMost: 130 },

  { scenario: 'subscribe', contender: bare, atMost: 150 },
  { scenario: 'subscribe', contender: full, atMost: 250 },

  { scenario: 'memory-subscription', contender: bare, atMost: 100 },
  { scenario: 'memory-decorated', contender: nest, atMost: 400 },

  { scenario: 'discovery', contender: 'bus-nest-bare', of: emitter, atMost: 0.6 },
  { scenario: 'discovery', contender: 'bus-nest-full', of: emitter, atMost: 1 },
  { scenario: 'discovery', contender: nest, of: emitter, atMost: 1 },
];
