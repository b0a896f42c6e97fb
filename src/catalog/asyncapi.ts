import type { Catalogue, CataloguePattern, CatalogueTopic } from './catalogue.js';
import { rebase } from './json-schema.js';

/** Options of `toAsyncApi()`. */
export interface AsyncApiOptions {
  /** `info.title`. @default 'Events' */
  title?: string;
  /** `info.version`: of the events, not of the application. @default '1.0.0' */
  version?: string;
}

/** An AsyncAPI document, as plain data. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, unknown>>;
}

/**
 * The catalogue as an AsyncAPI 3 document. Each topic is a channel, its address the topic; so is each pattern, whose address is
 * not known. Who emits `send`s, who hears `receive`s.
 */
export function toAsyncApi(catalogue: Catalogue, options: AsyncApiOptions = {}): AsyncApiDocument {
  const operations = new Map<string, unknown>();
  for (const { topic, ...rest } of catalogue.topics) addOperations(operations, { pattern: topic, ...rest });
  for (const pattern of catalogue.patterns) addOperations(operations, pattern);
  return {
    asyncapi: '3.0.0',
    info: { title: options.title ?? 'Events', version: options.version ?? '1.0.0' },
    channels: Object.fromEntries([
      ...catalogue.topics.map((topic) => [idOf(topic.topic), topicChannel(topic)]),
      ...catalogue.patterns.map(({ pattern }) => [idOf(pattern), patternChannel(pattern)]),
    ]) as Record<string, unknown>,
    operations: Object.fromEntries(operations),
  };
}

/**
 * The topic itself. Readers of documents look names up in objects, so one that every object has gets an end that no topic can
 * have.
 */
function idOf(pattern: string): string {
  return pattern in Object.prototype ? `${pattern}:` : pattern;
}

function referenceTo(pattern: string): string {
  return `#/channels/${idOf(pattern)}`;
}

function topicChannel({ topic, description, definition, sensitive }: CatalogueTopic): object {
  const json = definition?.schema?.json;
  return {
    address: topic,
    ...(description !== undefined && { description }),
    messages: {
      event: {
        name: topic,
        ...(json !== undefined && { payload: rebase(json, `${referenceTo(topic)}/messages/event/payload`) }),
        ...(sensitive && { 'x-sensitive': true }),
        ...(definition?.retained === true && { 'x-retained': true }),
      },
    },
  };
}

function patternChannel(pattern: string): object {
  return { address: null, title: pattern, messages: { event: { name: pattern } } };
}

/** Each on the channel of the pattern that it names itself. */
function addOperations(
  operations: Map<string, unknown>,
  { pattern, emitters, listeners }: CataloguePattern,
): void {
  const add = (action: 'send' | 'receive', by: string, details: object): void => {
    let id = `${action} ${pattern} ${by}`.replaceAll(/[^\w.:*-]+/g, '_');
    while (operations.has(id)) id += '_';
    operations.set(id, { action, channel: { $ref: referenceTo(pattern) }, title: by, ...details });
  };
  for (const { emitter, seen } of emitters.filter((each) => each.pattern === pattern)) {
    add('send', emitter, seen === true ? { 'x-seen': true } : {});
  }
  for (const { handler, options } of listeners.filter((each) => each.pattern === pattern)) {
    add('receive', handler, Object.keys(options).length === 0 ? {} : { 'x-options': options });
  }
}
