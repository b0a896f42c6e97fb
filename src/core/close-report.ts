/** What `close` answers. */
export interface CloseReport {
  /** How many tasks ended during the shutdown, from the first `drain` on: async handlers, tracked work, awaited emits. */
  readonly drained: number;
  /** The names of the tasks that did not end in time and were aborted. */
  readonly aborted: readonly string[];
  /** How many events came too late, between the closing of the door and the end of the waiting. */
  readonly dropped: number;
}
