import type { Catalogue, CataloguePattern, CataloguePermissions, CatalogueTopic } from './catalogue.js';
import type { Emitter } from './emitter.js';
import type { Listener } from './listener.js';
import type { DeclaredRights } from './declared-rights.js';

/** Options of `toMarkdown()`. */
export interface MarkdownOptions {
  /** The heading of the page. @default 'Events' */
  title?: string;
}

const SOURCES: Record<Catalogue['source'], string> = {
  modules: 'Read from the classes of the application: what is subscribed by hand is not in it.',
  app: 'Read from the application as it had started, with what it had subscribed by hand.',
};

/** The catalogue as a page of Markdown: lists rather than tables, so that one change is one line. */
export function toMarkdown(catalogue: Catalogue, options: MarkdownOptions = {}): string {
  const { source, topics, patterns, permissions, findings } = catalogue;
  const blocks = [
    `# ${text(options.title ?? 'Events')}`,
    `Made by \`npx nestjs-event-bus catalog\`: don’t edit it. ${SOURCES[source]}`,
    ...section('Findings', list(findings.map(({ message }) => text(message)))),
    ...section('Topics', topics.flatMap(topicBlocks)),
    ...section('Patterns', patterns.flatMap(patternBlocks)),
    ...section('Permissions', permissionBlocks(permissions)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A section with nothing in it is left out. */
function section(title: string, blocks: readonly string[]): string[] {
  return blocks.length === 0 ? [] : [`## ${title}`, ...blocks];
}

function topicBlocks({
  topic,
  description,
  definition,
  sensitive,
  emitters,
  listeners,
}: CatalogueTopic): string[] {
  const { modules = [], retained = false, schema } = definition ?? {};
  const facts = [
    ...(modules.length > 0 ? [`defined by ${modules.map(text).join(', ')}`] : []),
    ...(schema === undefined ? [] : [`checked by ${text(schema.vendor)}`]),
    ...(retained ? ['retained: the last one is kept'] : []),
    ...(sensitive ? ['sensitive: its data is shown nowhere'] : []),
  ];
  return [
    `### ${code(topic)}`,
    ...(description === undefined ? [] : [text(description)]),
    ...list([
      ...facts,
      ...emitters.map((emitter) => `emitted by ${emitterLine(emitter, topic)}`),
      ...listeners.map((listener) => `heard by ${listenerLine(listener, topic)}`),
    ]),
    ...(schema?.json === undefined ? [] : [jsonBlock(schema.json)]),
  ];
}

/** Only what names the pattern itself: what else it meets stands with the topics. */
function patternBlocks({ pattern, emitters, listeners }: CataloguePattern): string[] {
  const names = (each: { readonly pattern: string }): boolean => each.pattern === pattern;
  return [
    `### ${code(pattern)}`,
    ...list([
      ...emitters.filter(names).map((emitter) => `emitted by ${emitterLine(emitter, pattern)}`),
      ...listeners.filter(names).map((listener) => `heard by ${listenerLine(listener, pattern)}`),
    ]),
  ];
}

function emitterLine({ emitter, pattern, seen }: Emitter, subject: string): string {
  return withNotes(emitter, [
    ...(pattern === subject ? [] : [code(pattern)]),
    ...(seen === true ? ['seen, not declared'] : []),
  ]);
}

function listenerLine({ handler, pattern, options }: Listener, subject: string): string {
  const set = Object.entries(options).map(([name, value]) =>
    code(value === true || value === 'function' ? name : `${name}: ${JSON.stringify(value)}`),
  );
  return withNotes(handler, [...(pattern === subject ? [] : [code(pattern)]), ...set]);
}

function permissionBlocks({ mode, rights }: CataloguePermissions): string[] {
  if (rights.length === 0) return [];
  return [...(mode === undefined ? [] : [`The mode is ${code(mode)}.`]), ...list(rights.map(rightsLine))];
}

function rightsLine({ holder, emits, listens, granted }: DeclaredRights): string {
  const who = granted === true ? `${text(holder)} is granted no more than to` : `${text(holder)} may`;
  return `${who} emit ${allowed(emits)}, and hear ${allowed(listens)}`;
}

function allowed(patterns: readonly string[] | undefined): string {
  if (patterns === undefined) return 'anything';
  return patterns.length === 0 ? 'nothing' : patterns.map(code).join(', ');
}

function withNotes(who: string, notes: readonly string[]): string {
  return notes.length === 0 ? text(who) : `${text(who)} (${notes.join(', ')})`;
}

function list(items: readonly string[]): string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
}

/** Nothing in it can end the block: JSON has backticks in texts alone, where they can be escaped. */
function jsonBlock(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2).replaceAll('`', '\\u0060')}\n\`\`\``;
}

/** Anybody's text, as text: no markup, no second line. */
function text(raw: string): string {
  return oneLine(raw)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*[\]|~#]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replace(/^(\d+(?=[.)])|(?=[-+]))/, '$1\\');
}

/** Anybody's text in a code span, whose fence is longer than any in the text. */
function code(raw: string): string {
  const line = oneLine(raw);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

function oneLine(raw: string): string {
  return raw.replaceAll(/[\s\p{C}]+/gu, ' ').trim();
}
