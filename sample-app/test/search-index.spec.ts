import { describe, expect, it } from '@jest/globals';
import { SearchIndex } from '../src/search/search-index.js';

const document = (url: string, title: string, body = '') => ({
  url,
  kind: 'issue',
  repository: 'o/r',
  title,
  body,
});

describe('The search index', () => {
  const urls = (index: SearchIndex, query: string, limit = 10) =>
    index.find(query, limit).map(({ url }) => url);

  it('finds the documents that have every word of the query, in any letter case and language', () => {
    const index = new SearchIndex(10);
    index.put(document('1', 'Grüße aus Köln', 'ein Brief'));
    index.put(document('2', 'Brief an Köln'));
    expect(urls(index, 'KÖLN brief').toSorted()).toEqual(['1', '2']);
    expect(urls(index, 'grüße brief')).toEqual(['1']);
    expect(urls(index, 'köln nowhere')).toEqual([]);
  });

  it('ranks a word in the title above one in the body, and shows no more than asked for', () => {
    const index = new SearchIndex(10);
    index.put(document('body', 'other', 'event'));
    index.put(document('title', 'event'));
    expect(urls(index, 'event')).toEqual(['title', 'body']);
    expect(urls(index, 'event', 1)).toEqual(['title']);
  });

  it('finds nothing for a query without words', () => {
    const index = new SearchIndex(10);
    index.put(document('1', 'title'));
    expect(urls(index, ' -!? ')).toEqual([]);
  });

  it('knows words that are names of an object’s own properties', () => {
    const index = new SearchIndex(10);
    index.put(document('1', '__proto__ constructor'));
    expect(urls(index, 'constructor')).toEqual(['1']);
    expect(urls(index, 'toString')).toEqual([]);
  });

  it('keeps no more documents than its capacity: the one that was put longest ago leaves', () => {
    const index = new SearchIndex(2);
    for (const url of ['1', '2', '1', '3']) index.put(document(url, 'word'));
    expect(urls(index, 'word').toSorted()).toEqual(['1', '3']);
    expect(index.size).toBe(2);
  });
});
