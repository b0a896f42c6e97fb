import type { Denial } from './rights/denial.js';
import type { Engine } from './engine.js';
import { editDistance } from './edit-distance.js';
import type { BusSnapshot, ScopedFigures } from './inspect.js';
import { compilePattern, fold, nearMissOf } from './event/pattern.js';
import { inOrderOfDelivery, isSame } from './subscription/router.js';
import type { Scope } from './subscription/scope.js';
import type { Subscription } from './subscription/subscription.js';
import { intakeOf } from './subscription/subscription.js';
import { assertTopic } from './event/topic.js';

/** What would stand between an event and a subscription now, or stood there before. */
export type Obstacle =
  | 'held'
  | 'paused'
  | 'filter'
  | 'duplicate'
  | 'collected'
  | 'full'
  | 'dropped'
  | 'separator'
  | 'case'
  | 'segments'
  | 'misspelt';

/** A subscription that hears a topic, or nearly. */
export interface ExplainedSubscription extends ScopedFigures {
  /** Whether it would hear an event that were emitted in its scope now; `perhaps`: its filter or its full queue decides. */
  readonly hears: 'yes' | 'perhaps' | 'later' | 'no';
  readonly obstacles: readonly Obstacle[];
  /** The same for people, in a sentence. */
  readonly why: string;
}

/** Who hears a topic, and who doesn't though one would think so. */
export interface Explanation {
  readonly topic: string;
  readonly state: BusSnapshot['state'];
  /** In the order of delivery, scope by scope; those that only nearly hear it come last. */
  readonly subscriptions: readonly ExplainedSubscription[];
  /** Those of the last hundred denials that are about the topic: to emit it, or to listen to a pattern that hears it. */
  readonly denials: readonly Denial[];
}

/** From the most decisive on. */
const RANKS: readonly ExplainedSubscription['hears'][] = ['no', 'later', 'perhaps', 'yes'];

type Finding = Pick<ExplainedSubscription, 'hears'> & { readonly obstacle: Obstacle; readonly why: string };

/** @throws InvalidTopicError */
export function explain(engine: Engine, topic: string): Explanation {
  assertTopic(topic);
  const scopes = [...engine.root.tree()];
  const heard = scopes.flatMap((scope) => hearersIn(scope, topic));
  const missed = scopes.flatMap((scope) => nearMissesIn(scope, topic));
  return {
    topic,
    state: engine.closed ? 'closed' : engine.held === undefined ? 'open' : 'held',
    subscriptions: [...heard, ...missed],
    denials: engine.permissions.denials.filter((denial) =>
      denial.direction === 'emits' ? denial.topic === topic : compilePattern(denial.topic).matches(topic),
    ),
  };
}

function hearersIn(scope: Scope, topic: string): ExplainedSubscription[] {
  const hearers = [...scope.router].filter(({ compiled }) => compiled.matches(topic)).sort(inOrderOfDelivery);
  const found: ExplainedSubscription[] = [];
  for (const subscription of hearers) {
    // Only one that gets the event keeps it from the others.
    const twin = found.find(({ hears }, before) => hears !== 'no' && isSame(hearers[before]!, subscription));
    found.push(explained(scope, subscription, findingsOn(subscription, twin)));
  }
  return found;
}

/** What may keep an event from a subscription whose pattern matches, the decisive one first. */
function findingsOn(subscription: Subscription, twin: ExplainedSubscription | undefined): Finding[] {
  const { held, paused, isCollected, traits, dropped, refused } = subscription;
  const intake = intakeOf(subscription);
  const findings: Finding[] = [];
  const add = (hears: Finding['hears'], obstacle: Obstacle, why: string): void =>
    void findings.push({ hears, obstacle, why });
  if (isCollected) add('no', 'collected', 'its handler was held weakly and is gone');
  if (twin !== undefined) {
    const hears = twin.hears === 'perhaps' ? 'perhaps' : 'no';
    add(
      hears,
      'duplicate',
      `the same handler gets the event by its subscription to "${twin.pattern}", and once`,
    );
  }
  if (paused && intake === undefined) add('no', 'paused', 'it is paused: its events are skipped');
  if (paused && intake !== undefined) add('later', 'paused', 'it is paused: its events wait in its queue');
  if (held) add('later', 'held', 'its events are held until the application has started');
  if (traits.filter !== undefined) add('perhaps', 'filter', 'its filter decides');
  if (intake !== undefined && intake.figures.waiting >= intake.figures.capacity) {
    add('perhaps', 'full', `its queue is full: ${intake.figures.waiting} events wait`);
  }
  if (dropped + refused > 0) {
    add('yes', 'dropped', `its queue has dropped ${dropped} events and refused ${refused} so far`);
  }
  return findings.sort((a, b) => RANKS.indexOf(a.hears) - RANKS.indexOf(b.hears));
}

function nearMissesIn(scope: Scope, topic: string): ExplainedSubscription[] {
  const found: ExplainedSubscription[] = [];
  for (const subscription of [...scope.router].sort(inOrderOfDelivery)) {
    const finding = subscription.compiled.matches(topic) ? undefined : nearMiss(subscription, topic);
    if (finding !== undefined) found.push(explained(scope, subscription, [finding]));
  }
  return found;
}

/** How many letters may be wrong in a topic of five and more. */
const MAX_TYPOS = 2;

function nearMiss({ compiled, pattern }: Subscription, topic: string): Finding | undefined {
  const miss = (obstacle: Obstacle, why: string): Finding => ({
    hears: 'no',
    obstacle,
    why: `"${pattern}" ${why}`,
  });
  if (nearMissOf(compiled)(topic)) {
    if (pattern === '*') return miss('segments', 'hears topics of one segment only; "**" hears all');
    const isCase = compilePattern(pattern.toLowerCase()).matches(topic.toLowerCase());
    if (isCase) return miss('case', 'differs in upper and lower case');
    return miss('separator', 'has other separators: ":" and "." are not interchangeable');
  }
  if (!compiled.exact || topic.length < 5) return undefined;
  if (editDistance(fold(pattern), fold(topic), MAX_TYPOS) > MAX_TYPOS) return undefined;
  return miss('misspelt', 'is spelt nearly the same');
}

function explained(
  scope: Scope,
  subscription: Subscription,
  findings: readonly Finding[],
): ExplainedSubscription {
  return {
    ...subscription.toJSON(),
    scope: scope.path,
    hears: findings[0]?.hears ?? 'yes',
    obstacles: findings.map(({ obstacle }) => obstacle),
    why: `${subscription.label} ${sentence(findings)}`,
  };
}

function sentence(findings: readonly Finding[]): string {
  const verdict = { yes: 'hears it', perhaps: 'may hear it', later: 'hears it later', no: 'doesn’t hear it' };
  const [first] = findings;
  if (first === undefined) return `${verdict.yes}.`;
  return `${verdict[first.hears]}: ${findings.map(({ why }) => why).join('; ')}.`;
}
