/** Something that can be found. */
export interface SearchDocument {
  /** Address on GitHub; one document each. */
  readonly url: string;
  readonly kind: string;
  readonly repository: string;
  readonly title: string;
  readonly body: string;
}

export interface SearchHit {
  readonly url: string;
  readonly kind: string;
  readonly repository: string;
  readonly title: string;
  readonly score: number;
}

interface Entry {
  readonly document: SearchDocument;
  /** How much each word of the document weighs. */
  readonly weights: ReadonlyMap<string, number>;
}

/** A word in the title says more of what a document is about than one in its body. */
const TITLE_WEIGHT = 3;

/** An inverted index in memory: from each word to the documents that have it. */
export class SearchIndex {
  private readonly entries = new Map<string, Entry>();
  private readonly urlsByWord = new Map<string, Set<string>>();

  /** @param capacity documents kept; the one that was put longest ago leaves first */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** Adds a document, or replaces the one with the same address. */
  put(document: SearchDocument): void {
    this.remove(document.url);
    const weights = weigh(document);
    this.entries.set(document.url, { document, weights });
    for (const word of weights.keys()) {
      const urls = this.urlsByWord.get(word);
      if (urls) urls.add(document.url);
      else this.urlsByWord.set(word, new Set([document.url]));
    }
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.capacity) break;
      this.remove(oldest);
    }
  }

  remove(url: string): void {
    const entry = this.entries.get(url);
    if (entry === undefined) return;
    this.entries.delete(url);
    for (const word of entry.weights.keys()) {
      const urls = this.urlsByWord.get(word);
      urls?.delete(url);
      if (urls?.size === 0) this.urlsByWord.delete(word);
    }
  }

  /** The documents that have every word of the query, the heaviest first. A query without words finds nothing. */
  find(query: string, limit: number): SearchHit[] {
    const words = [...new Set(wordsOf(query))];
    const [first, ...others] = words.map((word) => this.urlsByWord.get(word) ?? new Set<string>());
    return [...(first ?? [])]
      .filter((url) => others.every((urls) => urls.has(url)))
      .map((url) => this.hit(url, words))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, limit);
  }

  private hit(url: string, words: readonly string[]): SearchHit {
    const { document, weights } = this.entries.get(url)!;
    const { kind, repository, title } = document;
    const score = words.reduce((sum, word) => sum + weights.get(word)!, 0);
    return { url, kind, repository, title, score };
  }
}

function weigh({ title, body }: SearchDocument): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of wordsOf(text)) weights.set(word, (weights.get(word) ?? 0) + weight);
  };
  add(title, TITLE_WEIGHT);
  add(body, 1);
  return weights;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
