import { fillOf, type HealthFigures } from './bus-health.js';
import type { HealthLimits } from './health-options.js';

/** Why a bus of these figures is down, each reason a sentence; none when it is up. */
export function downReasons(figures: HealthFigures, limits: HealthLimits): readonly string[] {
  return [
    ...stateReasons(figures),
    ...deadLetterReasons(figures, limits),
    ...pauseReasons(figures, limits),
    ...queueReasons(figures, limits),
  ];
}

function stateReasons({ state, steps: { pending, missing } }: HealthFigures): string[] {
  switch (state) {
    case 'ready':
      return [];
    case 'preparing':
      return ['The application is starting: not every onModuleInit has run.'];
    case 'booting': {
      const [first] = pending.first;
      if (first === undefined)
        return ['The application is starting: not every onApplicationBootstrap has run.'];
      const [awaited] = first.awaits.first;
      const what = awaited === undefined ? 'runs' : `waits for ${awaited}${andMore(first.awaits.count - 1)}`;
      return [
        `The application is starting: ${first.step} ${what}. Startup steps that have not ended: ${pending.count}.`,
      ];
    }
    case 'maintenance':
      return [`The application runs, but won’t get ready: ${missing.first[0]!.step} failed.`];
    case 'failed':
      return ['The application could not start.'];
    case 'stopping':
    case 'stopped':
      return ['The application is stopping.'];
    case 'closed':
      return ['The bus is closed.'];
  }
}

function deadLetterReasons(
  { deadLetters: { size } }: HealthFigures,
  { maxDeadLetters }: HealthLimits,
): string[] {
  return size > maxDeadLetters ? [`Dead letters: ${size} (maxDeadLetters: ${maxDeadLetters}).`] : [];
}

function pauseReasons({ paused: { count, first } }: HealthFigures, { maxPaused }: HealthLimits): string[] {
  if (count <= maxPaused) return [];
  return [
    `Paused, since they kept failing: ${first[0]!.handler}${andMore(count - 1)} (maxPaused: ${maxPaused}).`,
  ];
}

function queueReasons({ queues: { first } }: HealthFigures, { maxQueueFill }: HealthLimits): string[] {
  const over = first.filter((queue) => fillOf(queue) > maxQueueFill);
  return over
    .slice(0, 1)
    .map(
      ({ handler, waiting, capacity }) =>
        `The queue of ${handler} holds ${waiting} of ${capacity} events (maxQueueFill: ${maxQueueFill}).`,
    );
}

function andMore(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}
