import type { BusSnapshot, ScopedFigures, SubscriptionFigures } from '../core/index.js';
import type { Startup, StartupState } from '../nest/index.js';
import { cut, excerpt, type Excerpt } from './excerpt.js';

/** A startup step that has not ended. */
export interface WaitingStep {
  /** `Module/Class.method` */
  readonly step: string;
  readonly state: 'waiting' | 'running';
  /** The topics, or the names of steps without one, that have not happened yet. */
  readonly awaits: Excerpt<string>;
}

/** A startup step that failed, or won't run because what it waits for failed. */
export interface MissingStep {
  /** `Module/Class.method` */
  readonly step: string;
  readonly state: 'failed' | 'starved';
  /** Whether the application gets ready without it. */
  readonly isOptional: boolean;
}

/** A subscription that is paused because its handler kept failing. */
export interface PausedHandler {
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly pattern: string;
}

/** The queue of a handler in which events wait. */
export interface FilledQueue {
  /** `Module/Class.method`, or the function's name. */
  readonly handler: string;
  readonly pattern: string;
  /** Events that wait, those included that wait for room. */
  readonly waiting: number;
  readonly capacity: number;
}

/** What an indicator says of the bus: names and figures, never data, metadata or error messages. Of every list the first ten. */
export interface BusHealth {
  readonly status: 'up' | 'down';
  /** Why it is down; absent when it is up. */
  readonly message?: string;
  /** `closed` when somebody has closed the bus though the application runs. */
  readonly state: StartupState | 'closed';
  readonly steps: {
    readonly pending: Excerpt<WaitingStep>;
    /** Those first that keep the application from getting ready. */
    readonly missing: Excerpt<MissingStep>;
  };
  readonly paused: Excerpt<PausedHandler>;
  /** Those in which events wait, the fullest first. Those of streams don't count: their consumers alone are late. */
  readonly queues: Excerpt<FilledQueue>;
  readonly deadLetters: { readonly size: number; readonly capacity: number };
}

/** What a health is judged by. */
export type HealthFigures = Omit<BusHealth, 'status' | 'message'>;

type Queued = ScopedFigures & { readonly queue: NonNullable<SubscriptionFigures['queue']> };

export function healthFigures(snapshot: BusSnapshot, startup: Startup): HealthFigures {
  const handlers = snapshot.subscriptions.filter(({ kind }) => kind === 'handler');
  const filled = handlers.filter(isFilled).toSorted((a, b) => fillOf(b.queue) - fillOf(a.queue));
  return {
    state: snapshot.state === 'closed' && startup.isReady() ? 'closed' : startup.state,
    steps: {
      pending: excerpt(startup.pending(), ({ name, state, awaits }) => ({
        step: cut(name),
        state,
        awaits: excerpt(awaits, cut),
      })),
      missing: excerpt(missingSteps(startup), ({ step, ...rest }) => ({ step: cut(step), ...rest })),
    },
    paused: excerpt(
      handlers.filter(({ pausedBy }) => pausedBy === 'failures'),
      named,
    ),
    queues: excerpt(filled, (each) => ({
      ...named(each),
      waiting: each.queue.waiting,
      capacity: each.queue.capacity,
    })),
    deadLetters: { ...snapshot.deadLetters },
  };
}

/** What share of the queue is filled; more than 1 when events wait for room. */
export function fillOf({ waiting, capacity }: Pick<FilledQueue, 'waiting' | 'capacity'>): number {
  return waiting / capacity;
}

/** Those first that keep the application from getting ready, and what failed before what was starved by it. */
function missingSteps(startup: Startup): readonly MissingStep[] {
  const optional = new Set(startup.graph().steps.flatMap(({ name, isOptional }) => (isOptional ? name : [])));
  const rank = ({ isOptional, state }: MissingStep): number =>
    (isOptional ? 2 : 0) + (state === 'failed' ? 0 : 1);
  return startup
    .timeline()
    .steps.flatMap(({ name: step, state }) =>
      isMissing(state) ? { step, state, isOptional: optional.has(step) } : [],
    )
    .toSorted((a, b) => rank(a) - rank(b));
}

function isFilled(figures: ScopedFigures): figures is Queued {
  return figures.queue !== undefined && figures.queue.waiting > 0;
}

function isMissing(state: string): state is MissingStep['state'] {
  return state === 'failed' || state === 'starved';
}

function named({ handler, pattern }: SubscriptionFigures): PausedHandler {
  return { handler: cut(handler), pattern };
}
