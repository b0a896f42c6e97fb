import { compilePattern, type EventDefinition, isTopic, overlaps } from '../core/index.js';
import type {
  Catalogue,
  CatalogueDefinition,
  CataloguePattern,
  CataloguePermissions,
  CatalogueTopic,
} from './catalogue.js';
import type { Emitter } from './emitter.js';
import { findingsIn } from './findings.js';
import { jsonSchemaOf, withoutSecrets, withoutValues } from './json-schema.js';
import type { Listener } from './listener.js';
import { OWN_TOPICS, THE_BUS } from './own-topics.js';

/** A topic is a key of a map, never of an object. */
const OWN: ReadonlyMap<string, string> = new Map(Object.entries(OWN_TOPICS));

/** What is known of an application's events. */
export interface Facts {
  readonly source: Catalogue['source'];
  /** The first one of a topic counts. */
  readonly definitions: readonly EventDefinition[];
  definedIn(topic: string): readonly string[];
  isSensitive(topic: string): boolean;
  readonly emitters: readonly Emitter[];
  readonly listeners: readonly Listener[];
  /** Handlers that are never called. */
  readonly deaf: readonly { readonly handler: string; readonly reason: string }[];
  readonly permissions: CataloguePermissions;
}

/** Puts the facts in order. */
export function assemble(facts: Facts): Catalogue {
  const definitions = new Map<string, EventDefinition>();
  for (const each of facts.definitions) {
    if (!definitions.has(each.topic)) definitions.set(each.topic, each);
  }
  const own = [...OWN.keys()].map((pattern): Emitter => ({ emitter: THE_BUS, pattern }));
  const emitters = inOrder([...facts.emitters, ...own], ({ emitter, pattern }) => [emitter, pattern]);
  const listeners = inOrder(facts.listeners, ({ handler, pattern, options }) => [
    handler,
    pattern,
    JSON.stringify(options),
  ]);
  const meeting = (pattern: string): Omit<CataloguePattern, 'pattern'> => ({
    emitters: emitters.filter((each) => overlaps(each.pattern, pattern)),
    listeners: listeners.filter((each) => overlaps(each.pattern, pattern)),
  });
  const known = [...definitions.keys(), ...[...facts.emitters, ...listeners].map(({ pattern }) => pattern)];
  const patterns = inOrder([...new Set(known)], (pattern) => [pattern]);
  const topics = inOrder(
    new Set([
      ...patterns.filter(isTopic),
      ...[...OWN.keys()].filter((topic) => meeting(topic).listeners.some(isAboutTheBus)),
    ]),
    (topic) => [topic],
  );
  const described = topics.map((topic): CatalogueTopic => {
    const definition = definitions.get(topic);
    const description = definition?.description ?? OWN.get(topic);
    const sensitive = facts.isSensitive(topic);
    return {
      topic,
      ...(description !== undefined && { description }),
      ...(definition && { definition: definitionOf(definition, facts.definedIn(topic), sensitive) }),
      sensitive,
      ...meeting(topic),
    };
  });
  const catalogue = {
    source: facts.source,
    topics: described,
    patterns: patterns
      .filter((pattern) => !isTopic(pattern))
      .map((pattern) => ({ pattern, ...meeting(pattern) })),
    permissions: {
      ...facts.permissions,
      rights: inOrder(facts.permissions.rights, (rights) => [rights.holder, JSON.stringify(rights)]),
    },
  };
  return { ...catalogue, findings: findingsIn(catalogue, facts.deaf) };
}

/** Who hears everything hears the bus's own topics, too, and doesn't mean them. */
function isAboutTheBus({ pattern }: Listener): boolean {
  return compilePattern(pattern).domain === 'system';
}

function definitionOf(
  { schema, retain }: EventDefinition,
  modules: readonly string[],
  sensitive: boolean,
): CatalogueDefinition {
  const common = { modules: inOrder(modules, (module) => [module]), retained: retain };
  if (schema === undefined) return common;
  const json = jsonSchemaOf(schema);
  const shown = json && (sensitive ? withoutValues(json) : withoutSecrets(json));
  const { vendor } = schema['~standard'];
  return { ...common, schema: { vendor, ...(shown !== undefined && { json: shown }) } };
}

/** Sorted by what the code units say, as it is on every machine. */
function inOrder<T>(values: Iterable<T>, by: (value: T) => readonly string[]): readonly T[] {
  return [...values].sort((a, b) => {
    const keys = by(b);
    for (const [at, key] of by(a).entries()) if (key !== keys[at]) return key < keys[at]! ? -1 : 1;
    return 0;
  });
}
