import { compilePattern, nearMissOf } from '../core/index.js';
import type { Catalogue, CatalogueTopic, Finding } from './catalogue.js';
import { THE_BUS } from './own-topics.js';

type Known = Omit<Catalogue, 'findings'>;

/**
 * That nobody emits a topic can be told only where somebody declares what he emits: an application without any declaration
 * emits everything from anywhere. What is misspelt can be told all the same.
 */
export function findingsIn(known: Known, deaf: readonly { handler: string; reason: string }[]): Finding[] {
  const emitted = known.topics.filter((topic) => topic.definition !== undefined || topic.emitters.length > 0);
  const declared = [...known.topics, ...known.patterns].some(({ emitters }) =>
    emitters.some(({ emitter }) => emitter !== THE_BUS),
  );
  const meant = (pattern: string): string | undefined => {
    const isNearMiss = nearMissOf(compilePattern(pattern));
    const near = emitted.find(({ topic }) => isNearMiss(topic));
    return (
      near && `Is "${near.topic}" meant? ":" and "." are not the same, case counts, and "*" is one segment.`
    );
  };
  return [
    ...known.topics.flatMap((topic) => notEmitted(topic, declared, meant(topic.topic))),
    ...known.patterns.flatMap(({ pattern, emitters, listeners }): Finding[] => {
      const hint = meant(pattern);
      const isHeard = listeners.some((listener) => listener.pattern === pattern);
      const matches =
        emitters.length > 0 || emitted.some(({ topic }) => compilePattern(pattern).matches(topic));
      if (!isHeard || matches || (!declared && hint === undefined)) return [];
      const by = listeners.filter((listener) => listener.pattern === pattern).map(({ handler }) => handler);
      return [
        finding('never-matches', pattern, [
          `${list(by)} ${by.length === 1 ? 'listens' : 'listen'} to "${pattern}", which matches no topic that is defined or declared to be emitted.`,
          hint,
        ]),
      ];
    }),
    ...known.topics.flatMap(notHeard),
    ...known.patterns.flatMap(({ pattern, emitters, listeners }): Finding[] => {
      const by = emitters.filter((emitter) => emitter.pattern === pattern).map(({ emitter }) => emitter);
      if (by.length === 0 || listeners.length > 0) return [];
      return [
        finding('not-heard', pattern, [`"${pattern}" is emitted by ${list(by)}, and heard by nobody.`]),
      ];
    }),
    ...[...deaf]
      .sort((a, b) => (a.handler < b.handler ? -1 : 1))
      .map(({ handler, reason }) =>
        finding('never-called', handler, [`${handler} will never be called: ${reason}.`]),
      ),
  ];
}

function notEmitted(
  { topic, definition, emitters, listeners }: CatalogueTopic,
  declared: boolean,
  hint: string | undefined,
): Finding[] {
  if (emitters.length > 0 || listeners.length === 0) return [];
  const isMisspelt = definition === undefined && hint !== undefined;
  if (!declared && !isMisspelt) return [];
  const by = list(listeners.map(({ handler }) => handler));
  return [
    finding('not-emitted', topic, [
      `"${topic}" is heard by ${by}, and nobody declares to emit it.`,
      isMisspelt ? hint : undefined,
    ]),
  ];
}

function notHeard({ topic, definition, emitters, listeners }: CatalogueTopic): Finding[] {
  if (listeners.length > 0) return [];
  const by = emitters.map(({ emitter }) => emitter);
  const how =
    by.length > 0
      ? `emitted by ${list(by)}`
      : definition!.modules.length > 0
        ? `defined by ${list(definition!.modules)}`
        : 'defined';
  return [finding('not-heard', topic, [`"${topic}" is ${how}, and heard by nobody.`])];
}

function finding(
  kind: Finding['kind'],
  subject: string,
  sentences: readonly (string | undefined)[],
): Finding {
  return { kind, subject, message: sentences.filter((each) => each !== undefined).join(' ') };
}

function list(names: readonly string[]): string {
  const all = [...new Set(names)];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
