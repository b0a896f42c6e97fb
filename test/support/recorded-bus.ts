import type {
  BusEvent,
  BusWarning,
  Denial,
  DropReason,
  HandlerFailure,
  PauseNotice,
  Refusal,
  ResumeNotice,
  RetryNotice,
  RootEventBusOptions,
  Task,
} from 'nestjs-event-bus/core';
import { RootEventBus } from 'nestjs-event-bus/core';

/** A bus, and what its observer was told. */
export function recordedBus(options?: RootEventBusOptions) {
  const bus = new RootEventBus(options);
  const told = {
    emitted: [] as BusEvent[],
    failed: [] as HandlerFailure[],
    retrying: [] as RetryNotice[],
    paused: [] as PauseNotice[],
    resumed: [] as ResumeNotice[],
    dropped: [] as { event: BusEvent; reason: DropReason }[],
    overflowed: [] as { event: BusEvent; run: number; fate: string }[],
    relieved: [] as number[],
    discarded: [] as { label: string; events: number }[],
    refused: [] as Refusal[],
    denied: [] as Denial[],
    skipped: [] as string[],
    tasksFailed: [] as { task: Task; error: unknown }[],
    warned: [] as BusWarning[],
  };
  bus.observe({
    emitted: (event) => told.emitted.push(event),
    failed: (failure) => told.failed.push(failure),
    retrying: (notice) => told.retrying.push(notice),
    paused: (notice) => told.paused.push(notice),
    resumed: (notice) => told.resumed.push(notice),
    dropped: (event, reason) => told.dropped.push({ event, reason }),
    overflowed: (event, _subscription, run, fate) => told.overflowed.push({ event, run, fate }),
    relieved: (_subscription, losses) => told.relieved.push(losses),
    discarded: ({ label }, events) => told.discarded.push({ label, events }),
    denied: (denial) => told.denied.push(denial),
    refused: (refusal) => told.refused.push(refusal),
    skipped: (_event, _subscription, reason) => told.skipped.push(reason),
    taskFailed: (task, error) => told.tasksFailed.push({ task, error }),
    warned: (warning) => told.warned.push(warning),
  });
  return { bus, told };
}
