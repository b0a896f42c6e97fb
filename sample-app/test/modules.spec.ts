import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const SRC = new URL('../src/', import.meta.url);
const MODULES = ['audit', 'events', 'notifications', 'search', 'statistics', 'webhooks'];

/** The folders of src that the files of one folder import from. */
function foldersImportedBy(folder: string): string[] {
  const files = readdirSync(new URL(`${folder}/`, SRC)).map((name) =>
    readFileSync(new URL(`${folder}/${name}`, SRC), 'utf8'),
  );
  return files.flatMap((text) =>
    [...text.matchAll(/from '\.\.\/([\w-]+)/g)].map(([, imported]) => imported!),
  );
}

describe('The modules of the sample', () => {
  it.each(MODULES)('%s imports none of the others: they meet in topics alone', (module) => {
    const strangers = MODULES.filter((other) => other !== module);
    expect(foldersImportedBy(module).filter((folder) => strangers.includes(folder))).toEqual([]);
  });

  it('would be caught importing each other', () => {
    expect(foldersImportedBy('replay')).toContain('statistics');
  });
});
