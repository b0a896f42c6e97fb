import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = import.meta.dirname;

/** The list items of a page, each on one line. */
function listItems(page: string): string[] {
  const text = page.replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/^- (.*(?:\n {2}\S.*)*)/gm)].map(([, item]) => item!.replaceAll(/\n\s+/g, ' '));
}

describe('docs/testing.md', () => {
  const promises = listItems(readFileSync(join(FOLDER, '../../docs/testing.md'), 'utf8'));
  const specs = readdirSync(FOLDER)
    .filter((name) => /(\.spec|-contract)\.ts$/.test(name))
    .map((name) => readFileSync(join(FOLDER, name), 'utf8').replaceAll(/\\(?=['"])/g, ''))
    .join('\n');

  it('promises something', () => {
    expect(promises.length).toBeGreaterThan(30);
  });

  it.each(promises)('has a test for: %s', (promise) => {
    expect(specs.includes(`'${promise}`) || specs.includes(`"${promise}`)).toBe(true);
  });
});
