let started = 0;

/** `cancelling`: its signal was aborted, and it still runs. `cancelled`: it then rejected, as it was asked to. */
export type TaskState = 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

type EndState = Exclude<TaskState, 'running' | 'cancelling'>;

/** What `track` accepts: a promise, or a function that is given a signal and returns one. */
export type TaskWork = PromiseLike<unknown> | ((signal: AbortSignal) => unknown);

/** Background work that the bus knows of: listed while it runs, awaited by `idle` and `close`. */
export class Task {
  /** @internal Order of start: several tasks may start in one millisecond. */
  readonly sequence = ++started;
  /** @internal Where it stands in the list, which keeps removal O(1). */
  index = -1;
  #state: 'running' | EndState = 'running';
  #controller: AbortController | undefined;
  #finished: PromiseWithResolver | undefined;

  /** @internal */
  constructor(
    /** @internal Whose label is the name: a run through several handlers bears the name of the one that is running. */
    public subject: { readonly label: string },
    /** Who started it; undefined for nobody. */
    readonly source: string | undefined,
    /** ms since 1970. Of a handler: when the delivery of its event began; of a queue: when it last began to be worked off. */
    readonly startedAt: number,
  ) {}

  /** What it is, for people: the name given to `track`, or the handler's label. */
  get name(): string {
    return this.subject.label;
  }

  get state(): TaskState {
    return this.#state === 'running' && this.isCancelled ? 'cancelling' : this.#state;
  }

  /** Resolves, never rejects, when the task has ended either way. */
  get finished(): Promise<void> {
    if (this.#state !== 'running') return Promise.resolve();
    return (this.#finished ??= withResolver()).promise;
  }

  /** Aborted by {@link cancel}, and when the bus closes and can't wait any longer. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  /** Asks the work to stop, through its signal. It is listed until it does. Answers whether it was running. */
  cancel(reason?: unknown): boolean {
    if (this.#state !== 'running') return false;
    (this.#controller ??= new AbortController()).abort(reason);
    return true;
  }

  /** @internal */
  get isCancelled(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  /** @internal */
  settle(state: EndState): void {
    this.#state = state;
    this.#finished?.resolve();
  }
}

/** All that is in flight: tracked work, async handlers, queues, awaited emits, open holds. */
export class Tasks {
  readonly #running: Task[] = [];
  #empty: PromiseWithResolver | undefined;
  #ended = 0;

  constructor(private readonly onFailed: (task: Task, error: unknown) => void) {}

  get size(): number {
    return this.#running.length;
  }

  /** How many have ended since the bus was made, deliveries from queues included. */
  get ended(): number {
    return this.#ended;
  }

  list(): readonly Task[] {
    return this.#running.toSorted((a, b) => a.sequence - b.sequence);
  }

  start(subject: { readonly label: string }, source: string | undefined, startedAt = Date.now()): Task {
    const task = new Task(subject, source, startedAt);
    task.index = this.#running.push(task) - 1;
    return task;
  }

  end(task: Task, state: EndState = 'done'): void {
    const last = this.#running.pop();
    if (last !== undefined && last !== task) {
      this.#running[task.index] = last;
      last.index = task.index;
    }
    task.settle(state);
    this.#ended++;
    if (this.#running.length === 0) {
      this.#empty?.resolve();
      this.#empty = undefined;
    }
  }

  /** Like {@link end}, of a task that is not counted: what it did was, by {@link countDelivery}. */
  release(task: Task): void {
    this.#ended--;
    this.end(task);
  }

  /** Counts a delivery that was part of a task. */
  countDelivery(): void {
    this.#ended++;
  }

  /** Runs work as a task. Its failure is reported, never an unhandled rejection. `cancelled`: the reason to be aborted at once. */
  track(name: string, source: string | undefined, work: TaskWork, cancelled?: Error): Task {
    const task = this.start({ label: name }, source);
    if (cancelled !== undefined) task.cancel(cancelled);
    void this.#run(task, work);
    return task;
  }

  /** Resolves the next time that nothing runs. */
  whenEmpty(): Promise<void> {
    if (this.#running.length === 0) return Promise.resolve();
    return (this.#empty ??= withResolver()).promise;
  }

  async #run(task: Task, work: TaskWork): Promise<void> {
    try {
      await (typeof work === 'function' ? work(task.signal) : work);
      this.end(task);
    } catch (error) {
      this.end(task, task.isCancelled ? 'cancelled' : 'failed');
      if (!task.isCancelled) this.onFailed(task, error);
    }
  }
}

interface PromiseWithResolver {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolver(): PromiseWithResolver {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
