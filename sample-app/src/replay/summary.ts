import type { Check } from './checks.js';
import type { DeliveryTally } from './delivery-tally.js';
import type { Delivery } from './send-webhooks.js';
import { table } from './table.js';

/** The replay in figures: by event, by handler, and what was checked. */
export function summarizeReplay(
  deliveries: readonly Delivery[],
  tally: DeliveryTally,
  checks: readonly Check[],
  /** ms */
  duration: number,
): string {
  const perSecond = Math.round((deliveries.length / duration) * 1000);
  return [
    topicTable(deliveries, tally),
    handlerTable(tally),
    checks.map(checkLine).join('\n'),
    `${deliveries.length} webhooks in ${(duration / 1000).toFixed(2)} s, ${perSecond} a second, all handlers included.`,
  ].join('\n\n');
}

function topicTable(deliveries: readonly Delivery[], tally: DeliveryTally): string {
  const rows = new Map<string, { events: number; handled: number; failed: number; duration: number }>();
  for (const { id, example } of deliveries) {
    const { emitted, handled, failed, duration } = tally.outcomeOf(id);
    const topic = example.topic.replace(/\..*/, '.*');
    const row = rows.get(topic) ?? { events: 0, handled: 0, failed: 0, duration: 0 };
    rows.set(topic, {
      events: row.events + emitted,
      handled: row.handled + handled,
      failed: row.failed + failed,
      duration: row.duration + duration,
    });
  }
  return table(
    ['topic', 'events', 'handled', 'failed', 'ms each'],
    [...rows].map(([topic, { events, handled, failed, duration }]) => [
      topic,
      events,
      handled,
      failed,
      (duration / Math.max(events, 1)).toFixed(1),
    ]),
  );
}

function handlerTable(tally: DeliveryTally): string {
  return table(
    ['handler', 'handled', 'failed', 'filtered'],
    tally.handlers().map(({ name, handled, failed, filtered }) => [name, handled, failed, filtered]),
  );
}

function checkLine({ statement, contradictions }: Check): string {
  if (contradictions.length === 0) return `✓ ${statement}`;
  const shown = contradictions.slice(0, 10).map((contradiction) => `    ${contradiction}`);
  const more = contradictions.length > 10 ? [`    … and ${contradictions.length - 10} more`] : [];
  return [`✗ NOT SO: ${statement}`, ...shown, ...more].join('\n');
}
