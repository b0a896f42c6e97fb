import { toPattern } from '../core/index.js';
import { type AppEvents, readAppEvents } from '../nest/index.js';
import { assemble } from './assemble.js';
import type { Catalogue } from './catalogue.js';
import type { Emitter } from './emitter.js';
import { type Listener, plainOptions } from './listener.js';
import type { SeenEmitters } from './seen-emitters.js';

/** Options of `catalogue()`. */
export interface CatalogueOptions {
  /** Adds those who were seen emitting to those who declare it. What was seen depends on what happened. @default none */
  seen?: SeenEmitters;
}

/**
 * Reads the catalogue of a Nest application: one that runs, a testing module, or one that was created in preview mode. What is
 * subscribed by hand, with `bus.on`, is in it where there is a bus, so not in preview mode.
 *
 * @throws InvalidArgumentError for what is no application with the bus
 */
export function catalogue(
  app: Parameters<typeof readAppEvents>[0],
  options: CatalogueOptions = {},
): Catalogue {
  const events = readAppEvents(app);
  const { bus, handlers } = events;
  const definitions = [...events.definitions, ...(bus?.definitions ?? [])];
  const sensitive = events.sensitive.map(toPattern);
  const emitters = [
    ...declaredEmitters(events.rights),
    ...events.steps.flatMap(({ step, emits }): Emitter[] =>
      emits === undefined ? [] : [{ emitter: step, pattern: toPattern(emits).source }],
    ),
  ];
  const waiting = events.steps.flatMap(({ step, after }) =>
    after.map((pattern): Listener => ({ handler: step, pattern, options: { startup: true } })),
  );
  const isDeclared = (seen: Emitter): boolean =>
    emitters.some(
      ({ emitter, pattern }) => emitter === seen.emitter && toPattern(pattern).matches(seen.pattern),
    );
  const declared = handlers
    .filter(({ deaf }) => deaf === undefined)
    .map(({ handler, pattern, options: set }): Listener => {
      return { handler, pattern: toPattern(pattern).source, options: plainOptions(set) };
    });
  return assemble({
    source: bus === undefined ? 'modules' : 'app',
    definitions,
    definedIn: (topic) => events.definedIn(topic),
    isSensitive: (topic) =>
      bus?.isSensitive(topic) === true ||
      definitions.some((each) => each.topic === topic && each.sensitive) ||
      sensitive.some((pattern) => pattern.matches(topic)),
    emitters: [...emitters, ...(options.seen?.list() ?? []).filter((each) => !isDeclared(each))],
    listeners: [...declared, ...waiting, ...subscribedByHand(bus, declared)],
    deaf: [
      ...new Map(
        handlers.flatMap(({ handler, deaf }) =>
          deaf === undefined ? [] : [[handler, { handler, reason: deaf }]],
        ),
      ).values(),
    ],
    permissions: {
      ...(events.mode !== undefined && { mode: events.mode }),
      rights: events.rights.map(({ holder, emits, listens, granted }) => ({
        holder,
        ...(emits && { emits }),
        ...(listens && { listens }),
        ...(granted && { granted }),
      })),
    },
  });
}

/** A grant only caps what its module declares; where that declares nothing, it stands for it. */
function declaredEmitters(rights: AppEvents['rights']): readonly Emitter[] {
  const own = new Set(rights.flatMap(({ holder, emits, granted }) => (emits && !granted ? [holder] : [])));
  return rights.flatMap(({ holder, emits = [], granted }) =>
    granted && own.has(holder) ? [] : emits.map((pattern): Emitter => ({ emitter: holder, pattern })),
  );
}

/** The handlers of the bus that no class declares. Those of scopes, which come and go, are left out. */
function subscribedByHand(bus: AppEvents['bus'], declared: readonly Listener[]): readonly Listener[] {
  const keyOf = ({ handler, pattern, options }: Listener): string =>
    JSON.stringify([handler, pattern, options['priority'] ?? 0]);
  const left = declared.map(keyOf);
  return (bus?.inspect().subscriptions ?? []).flatMap(({ kind, scope, handler, pattern, priority }) => {
    if (kind !== 'handler' || scope !== undefined) return [];
    const listener = { handler, pattern, options: priority === 0 ? {} : plainOptions({ priority }) };
    const at = left.indexOf(keyOf(listener));
    if (at === -1) return [listener];
    left.splice(at, 1);
    return [];
  });
}
