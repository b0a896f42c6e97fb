import type { Check } from './checks.js';
import type { DeliveryTally, Outcome } from './delivery-tally.js';
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
  const outcomes = new Map<string, Outcome[]>();
  for (const { id, example } of deliveries) {
    const topic = example.topic.replace(/\..*/, '.*');
    const ofTopic = outcomes.get(topic) ?? [];
    outcomes.set(topic, [...ofTopic, tally.outcomeOf(id)]);
  }
  return table(
    ['topic', 'events', 'handled', 'failed', 'ms each'],
    [...outcomes, ['all', [...outcomes.values()].flat()] as const].map(([topic, ofTopic]) => [
      topic,
      sum(ofTopic, 'emitted'),
      sum(ofTopic, 'handled'),
      sum(ofTopic, 'failed'),
      (sum(ofTopic, 'duration') / ofTopic.length).toFixed(1),
    ]),
  );
}

function sum(outcomes: readonly Outcome[], what: keyof Outcome): number {
  return outcomes.reduce((total, outcome) => total + outcome[what], 0);
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
