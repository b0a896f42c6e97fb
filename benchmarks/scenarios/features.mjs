import { pino } from 'pino';
import { busOf } from '../contenders/bus-bare.mjs';
import { pinoObserver, RootEventBus } from '../contenders/built-bus.mjs';
import { emitToEach, roundOf, topicNames } from '../harness/emit-scenarios.mjs';
import { DATA } from '../harness/handlers.mjs';

const TOPICS = topicNames(50);
const BARE = { history: { capacity: 0 }, permissions: 'off', clock: 'coarse' };
const OWNER = { module: 'BenchmarkModule', class: 'Emitter', rights: { emits: ['**'], listens: ['**'] } };
/** How many events a hold lets go of at once. */
const HELD = 10;

/** The bare bus, and one thing more. Whoever doesn't log, as the bare one, pays for no log. */
const variants = {
  bare: variant(),
  'exact clock': variant({ options: { clock: 'exact' } }),
  'declared rights': variant({ options: { permissions: 'declared' }, view: (root) => root.as(OWNER) }),
  'a history of 100': variant({ options: { history: { capacity: 100 } } }),
  '1 middleware': variant({ view: (root) => withMiddleware(root, 1) }),
  '3 middlewares': variant({ view: (root) => withMiddleware(root, 3) }),
  'an observer of failures': variant({ view: (root) => observed(root, 'failed') }),
  'an observer of deliveries': variant({ view: (root) => observed(root, 'delivered') }),
  'a log at level info': variant({ view: (root) => logged(root, 'info') }),
  'a log at level debug': variant({ view: (root) => logged(root, 'debug') }),
  'a filter': variant({ subscribe: { filter: ({ count }) => count === 1 } }),
  'a priority': variant({ subscribe: { priority: 1 } }),
  'a timeout': variant({ subscribe: { timeout: 5_000 } }),
  'a retry': variant({ subscribe: { retry: { attempts: 3 } } }),
  'a pause after failures': variant({ subscribe: { pause: { failures: 10, resumeAfter: 60_000 } } }),
  'in a scope': variant({ view: (root) => root.scope('tenant-42') }),
  [`in a hold of ${HELD}`]: { ...variant(), roundOf: heldRoundOf },
};

/** What each feature adds to an emit to one handler. */
export const scenario = {
  name: 'features',
  title: 'emit, 1 handler, with one feature each',
  unit: 'ns',
  group: 'features',
  reference: 'bare',
  contenders: Object.keys(variants),
  variants,
  async prepare({ contender, handlers }) {
    const emitting = await emitToEach({ contender, handlers, topics: TOPICS, perTopic: 1 });
    return { callsPerRun: 1, run: (contender.roundOf ?? roundOf)(emitting.bus, TOPICS) };
  },
};

/**
 * @param options those of the bus
 * @param view answers the bus that is subscribed to and emitted on
 * @param subscribe options of each subscription
 */
function variant({ options, view = (root) => root, subscribe } = {}) {
  return {
    create() {
      const root = new RootEventBus({ ...BARE, ...options });
      const bus = busOf(view(root), root);
      return { ...bus, on: (pattern, handler) => bus.on(pattern, handler, subscribe) };
    },
  };
}

function withMiddleware(root, count) {
  for (let number = 0; number < count; number++) root.use((event) => event);
  return root;
}

function observed(root, hook) {
  let told = 0;
  root.observe({ [hook]: () => told++ });
  return root;
}

/** Its lines go nowhere. */
function logged(root, level) {
  root.observe(pinoObserver(root, pino({ level }, { write() {} })));
  return root;
}

function heldRoundOf({ bus }, topics) {
  let next = 0;
  return async (n) => {
    for (let count = 0; count < n; count += HELD) {
      await bus.hold((held) => {
        for (let left = Math.min(HELD, n - count); left > 0; left--) {
          held.emit(topics[next], DATA);
          if (++next === topics.length) next = 0;
        }
      });
    }
  };
}
