/** What `close` answers. */
export interface CloseReport {
  /** How much ended during the shutdown, from the first `drain` on: async handlers, deliveries from queues, tracked work, awaited emits. */
  readonly drained: number;
  /**
   * The names of the tasks that did not end in time and were aborted, each as often as there were tasks of it (messages have the first
   * ten, with their numbers); queues with how much waits in them, those of paused subscriptions included.
   */
  readonly aborted: readonly string[];
  /** How many events came too late, between the closing of the door and the end of the waiting, or were lost in queues during the shutdown. */
  readonly dropped: number;
  /** How many events full queues refused during the shutdown. */
  readonly refused: number;
}
