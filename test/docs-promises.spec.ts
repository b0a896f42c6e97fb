import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { testNames } from './support/test-names.js';

const DOCS = join(import.meta.dirname, '../docs');

/** What a page lists under its heading “Promises”, by page. */
const promises = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md'))
  .flatMap((page) => {
    const [, list] = readFileSync(join(DOCS, page), 'utf8').split(/^## Promises$/m);
    const lines = list?.split(/^## /m)[0]?.matchAll(/^- (.+)\.$/gm) ?? [];
    return [...lines].map(([, promise]) => ({ page, promise: promise! }));
  });

describe('What the documentation promises', () => {
  it('is a test of that name', () => {
    const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spec.ts'))
      .flatMap((name) => testNames(readFileSync(join(import.meta.dirname, name), 'utf8')));
    const known = new Set(specs.map(plain));
    expect(new Set(promises.map(({ page }) => page)).size).toBeGreaterThan(1);
    expect(promises.filter(({ promise }) => !known.has(plain(promise)))).toEqual([]);
  });

  it('would be missed if it were none', () => {
    const names = testNames(
      "describe('A', () => { it.each([1])('does: %s', () => {}); it(`x`, f); }); it('B', f); describe.each([1])('C (%j)', () => { it('c', f); });",
    );
    expect(names).toEqual(['A does', 'A x', 'B', 'C c']);
  });
});

/** A sentence begins with a capital letter, and quotes as the page does. */
function plain(name: string): string {
  return name.replaceAll(/[‘’']/g, "'").replaceAll('`', '').toLowerCase();
}
