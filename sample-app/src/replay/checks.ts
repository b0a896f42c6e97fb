import type { RepositoryStatistics } from '../statistics/statistics.service.js';
import type { DeliveryTally, HandlerTally } from './delivery-tally.js';
import type { Answer, Delivery } from './send-webhooks.js';

/** A statement about the replay, and what contradicts it. */
export interface Check {
  readonly statement: string;
  /** What is otherwise; none: the statement holds. */
  readonly contradictions: readonly string[];
}

/** Everything that is known after a replay. What should have come of it is worked out from the payloads alone. */
export interface Evidence {
  readonly deliveries: readonly Delivery[];
  readonly answers: readonly Answer[];
  readonly tally: DeliveryTally;
  readonly statisticsBefore: readonly RepositoryStatistics[];
  readonly statisticsAfter: readonly RepositoryStatistics[];
  /** The delivery id of every line of the audit log. */
  readonly auditedIds: readonly string[];
}

export function checkReplay(evidence: Evidence): Check[] {
  return [
    checkAnswers(evidence),
    checkEvents(evidence),
    checkHandlers(evidence),
    checkDatabase(evidence),
    checkAudit(evidence),
  ];
}

function checkAnswers({ deliveries, answers }: Evidence): Check {
  const wrong = answers.filter(
    ({ delivery, status, topic }) => status !== 202 || topic !== delivery.example.topic,
  );
  return {
    statement: `${deliveries.length} webhooks were sent and accepted`,
    contradictions: [
      ...unless(answers.length === deliveries.length, `${deliveries.length - answers.length} were not sent`),
      ...wrong.map(
        ({ delivery, status, topic }) => `${delivery.example.topic}: answered ${status} ${topic ?? ''}`,
      ),
    ],
  };
}

function checkEvents({ deliveries, tally }: Evidence): Check {
  const emitted = deliveries.map(({ id, example }) => ({
    topic: example.topic,
    count: tally.outcomeOf(id).emitted,
  }));
  return {
    statement: `each of them became one event`,
    contradictions: emitted
      .filter(({ count }) => count !== 1)
      .map(({ topic, count }) => `${topic}: ${count} events`),
  };
}

function checkHandlers({ deliveries, tally }: Evidence): Check {
  const handlers = tally
    .handlers()
    .map((handler) => ({ handler, expected: countMatching(handler, deliveries) }));
  return {
    statement: `each of ${handlers.length} handlers got all the events that it listens to, and none failed`,
    contradictions: handlers.flatMap(({ handler: { name, handled, failed, filtered }, expected }) => [
      ...unless(
        handled + failed + filtered === expected,
        `${name}: got ${handled + failed + filtered} of ${expected}`,
      ),
      ...unless(failed === 0, `${name}: failed ${failed} times`),
    ]),
  };
}

function checkDatabase({ deliveries, statisticsBefore, statisticsAfter }: Evidence): Check {
  const expected = countBy(
    deliveries.filter(({ example }) => example.repository !== undefined),
    ({ example }) => statisticsKey(example.repository!, example.topic),
  );
  const before = countsOf(statisticsBefore);
  const after = countsOf(statisticsAfter);
  const added = (key: string): number => (after.get(key) ?? 0) - (before.get(key) ?? 0);
  const keys = [...new Set([...expected.keys(), ...before.keys(), ...after.keys()])];
  const total = keys.reduce((sum, key) => sum + added(key), 0);
  return {
    statement: `the database counted ${total} events of repositories in ${expected.size} rows, as the payloads say`,
    contradictions: keys
      .filter((key) => added(key) !== (expected.get(key) ?? 0))
      .map((key) => `${key}: counted ${added(key)} of ${expected.get(key) ?? 0}`),
  };
}

function checkAudit({ deliveries, auditedIds }: Evidence): Check {
  const lines = countBy(auditedIds, (id) => id);
  return {
    statement: `the audit log has a line for each of them`,
    contradictions: deliveries
      .filter(({ id }) => lines.get(id) !== 1)
      .map(({ id, example }) => `${example.topic}: ${lines.get(id) ?? 0} lines`),
  };
}

/** The sample listens to topics, to `github:event.*` and to `github:**` only, so this need not know about patterns. */
function countMatching({ pattern }: HandlerTally, deliveries: readonly Delivery[]): number {
  const prefix = pattern.replace(/\*+$/, '');
  return deliveries.filter(({ example: { topic } }) =>
    prefix === pattern ? topic === pattern : topic.startsWith(prefix),
  ).length;
}

function countsOf(statistics: readonly RepositoryStatistics[]): Map<string, number> {
  return new Map(
    statistics.flatMap(({ repository, topics }) =>
      topics.map(({ topic, count }) => [statisticsKey(repository, topic), count] as const),
    ),
  );
}

function statisticsKey(repository: string, topic: string): string {
  return `${repository} ${topic}`;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function unless(condition: boolean, contradiction: string): string[] {
  return condition ? [] : [contradiction];
}
