import type { Counters, Engine } from './engine.js';
import type { SubscriptionFigures } from './subscription/subscription-figures.js';
import type { Task, TaskState } from './lifecycle/tasks.js';

export interface ScopedFigures extends SubscriptionFigures {
  /** The path of its scope; undefined for the root. */
  readonly scope: string | undefined;
}

export interface TaskFigures {
  readonly name: string;
  readonly source: string | undefined;
  /** ms since 1970 */
  readonly startedAt: number;
  /** `cancelling`: it was asked to stop, and still runs. */
  readonly state: TaskState;
}

/** The bus at a glance: plain data, a snapshot. */
export interface BusSnapshot {
  readonly state: 'held' | 'open' | 'closed';
  readonly subscriptions: readonly ScopedFigures[];
  readonly tasks: readonly TaskFigures[];
  /** The paths of the open scopes. */
  readonly scopes: readonly string[];
  readonly counters: Readonly<Counters>;
  /** Events that wait for the application to start. */
  readonly held: number;
  /** What failed for good and is kept. */
  readonly deadLetters: { readonly size: number; readonly capacity: number };
  readonly history: { readonly size: number; readonly capacity: number };
  /** Topics whose subscribers are kept ready, and how often subscribers were resolved, in all scopes. */
  readonly routes: { readonly cached: number; readonly resolved: number };
}

export function inspect(engine: Engine): BusSnapshot {
  const scopes = [...engine.root.tree()];
  const routes = scopes.map(({ router }) => router.routes);
  return {
    state: engine.closed ? 'closed' : engine.held === undefined ? 'open' : 'held',
    subscriptions: scopes.flatMap((scope) =>
      [...scope.router].map((subscription) => ({ ...subscription.toJSON(), scope: scope.path })),
    ),
    tasks: engine.tasks.list().map(figuresOf),
    scopes: scopes.flatMap(({ path }) => path ?? []),
    counters: { ...engine.counters },
    held: engine.held?.size ?? 0,
    deadLetters: { size: engine.deadLetters.size, capacity: engine.deadLetters.capacity },
    history: { size: engine.history.size, capacity: engine.history.capacity },
    routes: {
      cached: routes.reduce((sum, { cached }) => sum + cached, 0),
      resolved: routes.reduce((sum, { resolved }) => sum + resolved, 0),
    },
  };
}

function figuresOf({ name, source, startedAt, state }: Task): TaskFigures {
  return { name, source, startedAt, state };
}
