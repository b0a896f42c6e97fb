import type { Counters, Engine } from './engine.js';
import type { Scope } from './scope.js';
import type { Subscription, SubscriptionKind } from './subscription.js';
import type { Task } from './tasks.js';
import { sourceOf } from './owner.js';

export interface SubscriptionFigures {
  readonly id: string;
  readonly pattern: string;
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  /** `Module/Class` of its owner; undefined for nobody. */
  readonly source: string | undefined;
  /** The path of its scope; undefined for the root. */
  readonly scope: string | undefined;
  readonly kind: SubscriptionKind;
  readonly priority: number;
  readonly paused: boolean;
  /** Events handed over, skipped (paused or filtered) and failed, since it was made. */
  readonly delivered: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface TaskFigures {
  readonly name: string;
  readonly source: string | undefined;
  /** ms since 1970 */
  readonly startedAt: number;
}

/** The bus at a glance: plain data, a snapshot. */
export interface BusSnapshot {
  readonly state: 'held' | 'open' | 'closed';
  readonly subscriptions: readonly SubscriptionFigures[];
  readonly tasks: readonly TaskFigures[];
  /** The paths of the open scopes. */
  readonly scopes: readonly string[];
  readonly counters: Readonly<Counters>;
  /** Events that wait for the application to start. */
  readonly held: number;
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
      [...scope.router].map((subscription) => figuresOf(subscription, scope)),
    ),
    tasks: engine.tasks.list().map(({ name, source, startedAt }: Task) => ({ name, source, startedAt })),
    scopes: scopes.flatMap(({ path }) => path ?? []),
    counters: { ...engine.counters },
    held: engine.held?.size ?? 0,
    history: { size: engine.history.size, capacity: engine.history.capacity },
    routes: {
      cached: routes.reduce((sum, { cached }) => sum + cached, 0),
      resolved: routes.reduce((sum, { resolved }) => sum + resolved, 0),
    },
  };
}

function figuresOf(subscription: Subscription, scope: Scope): SubscriptionFigures {
  const { id, pattern, label, owner, kind, priority, paused, delivered, skipped, failed } = subscription;
  return {
    id,
    pattern,
    handler: label,
    source: sourceOf(owner),
    scope: scope.path,
    kind,
    priority,
    paused,
    delivered,
    skipped,
    failed,
  };
}
