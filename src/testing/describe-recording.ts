import { describeValue } from './describe-value.js';
import type { Mismatch } from './mismatches.js';
import type { RecordedEvent } from './recorded-event.js';

/** How many events a message shows, and how many differences of each. */
const MAX_EVENTS = 10;
const MAX_DIFFERENCES = 5;

/** An event that the test's pattern matches, and that will not do all the same. */
export interface NearMiss {
  readonly recorded: RecordedEvent;
  readonly differences?: readonly Mismatch[];
  readonly note?: string;
}

/** What happened instead of what a test expected: the events that came closest or, failing these, all of them. Bounded. */
export function describeInstead(
  pattern: string,
  nearMisses: readonly NearMiss[],
  all: readonly RecordedEvent[],
): string {
  if (nearMisses.length > 0) {
    const closest = nearMisses.toSorted((a, b) => distance(a) - distance(b)).slice(0, MAX_EVENTS);
    return list('The closest', closest.map(describeNearMiss), nearMisses.length);
  }
  if (all.length === 0) return 'Nothing was recorded at all.';
  const domain = domainOf(pattern);
  const related = all.filter(({ topic }) => domainOf(topic) === domain);
  if (related.length === 0 || related.length === all.length) return describeAll('Recorded', all);
  return describeAll(`Recorded in the domain "${domain}" (of ${all.length} events in all)`, related);
}

/** The last of the events. Bounded. */
export function describeAll(title: string, events: readonly RecordedEvent[]): string {
  return list(title, events.slice(-MAX_EVENTS).map(describeRecorded), events.length);
}

function distance({ differences = [], recorded: { outcome } }: NearMiss): number {
  return outcome === 'refused' ? Infinity : differences.length;
}

function describeNearMiss({ recorded, differences = [], note }: NearMiss): string {
  const lines = differences.slice(0, MAX_DIFFERENCES).map(({ path, expected, actual }) => {
    const where = path === '' ? 'the data' : path;
    return `- ${where} should be ${describeValue(expected)}, and is ${describeValue(actual)}`;
  });
  const left = differences.length - lines.length;
  if (left > 0) lines.push(`- and ${left} more differences`);
  if (note !== undefined) lines.push(`- ${note}`);
  return [describeRecorded(recorded), ...lines.map(indent)].join('\n');
}

function describeRecorded({ topic, data, source, outcome, reason, error }: RecordedEvent): string {
  const what = `"${topic}"${source === undefined ? '' : ` by ${source}`}`;
  switch (outcome) {
    case 'emitted':
      return `${what}: ${describeValue(data)}`;
    case 'dropped':
      return `${what}, dropped (${reason}): ${describeValue(data)}`;
    case 'refused':
      return `${what}, refused: ${error instanceof Error ? error.message : describeValue(error)}`;
  }
}

function list(title: string, items: readonly string[], of: number): string {
  const count = items.length === of ? '' : ` (${items.length} of ${of})`;
  return [`${title}${count}:`, ...items.map(indent)].join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

/** The part before the first separator. */
function domainOf(topic: string): string {
  return topic.split(/[:.]/, 1)[0]!;
}
