import { covers, overlaps } from '../core/index.js';
import type { Catalogue } from './catalogue.js';
import type { Emitter } from './emitter.js';
import type { Listener } from './listener.js';

/** Where one end of an edge is not known: who emits, or who hears. */
const UNKNOWN = { emitter: 'emitter not declared', listener: 'nobody' } as const;

/** The catalogue as a flowchart: modules as nodes, and the topics that go from one to the other on the edge between them. */
export function toMermaid(catalogue: Catalogue): string {
  const nodes = new Map<string, string>();
  const lines = edgesOf(catalogue).map(({ from, to, topics, loose }) => {
    const label = topics.map(quoted).join('<br>');
    return `  ${node(nodes, from)} ${loose ? '-.->' : '-->'}|"${label}"| ${node(nodes, to)}`;
  });
  const declared = [...nodes].map(([name, id]) => `  ${id}["${quoted(name)}"]`);
  return `${['flowchart LR', ...declared, ...lines].join('\n')}\n`;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly topics: readonly string[];
  /** One of its ends isn't known. */
  readonly loose: boolean;
}

function edgesOf({ topics, patterns }: Catalogue): readonly Edge[] {
  const entries = [...topics.map(({ topic: pattern, ...rest }) => ({ ...rest, pattern })), ...patterns];
  const found = new Map<string, Omit<Edge, 'topics'> & { readonly topics: Set<string> }>();
  const add = (from: string, to: string, pattern: string, loose: boolean): void => {
    const key = JSON.stringify([from, to]);
    const edge = found.get(key) ?? { from, to, topics: new Set<string>(), loose };
    edge.topics.add(pattern);
    found.set(key, edge);
  };
  for (const { pattern, emitters, listeners } of entries) {
    const emitted = emitters.filter((emitter) => emitter.pattern === pattern);
    const heard = listeners.filter((listener) => listener.pattern === pattern);
    for (const emitter of emitters) {
      for (const listener of listeners) {
        if (narrower(emitter, listener) === pattern)
          add(moduleOf(emitter.emitter), moduleOf(listener.handler), pattern, false);
      }
    }
    if (listeners.length === 0)
      for (const { emitter } of emitted) add(moduleOf(emitter), UNKNOWN.listener, pattern, true);
    if (emitters.length === 0)
      for (const { handler } of heard) add(UNKNOWN.emitter, moduleOf(handler), pattern, true);
  }
  return [...found.values()]
    .map((edge) => ({ ...edge, topics: [...edge.topics].sort() }))
    .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** What can go from the one to the other, in the words of the one that says it more closely. */
function narrower(emitter: Emitter, listener: Listener): string | undefined {
  if (!overlaps(emitter.pattern, listener.pattern)) return undefined;
  return covers(listener.pattern, emitter.pattern) ? emitter.pattern : listener.pattern;
}

function moduleOf(source: string): string {
  return source.split('/')[0]!;
}

/** Made of a number, so that no name can be a word of Mermaid's own. */
function node(nodes: Map<string, string>, name: string): string {
  const id = nodes.get(name) ?? `n${nodes.size + 1}`;
  nodes.set(name, id);
  return id;
}

/** Mermaid's own escapes; an asterisk would be taken for Markdown. */
function quoted(raw: string): string {
  return raw
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[^\w :./-]/gu, (character) => `#${character.codePointAt(0)};`);
}
