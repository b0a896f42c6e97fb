import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Compilation, compileProject, version } from './support/compiler.js';
import { manifest, PackedPackage } from './support/packed-package.js';

const FOLDER = join(import.meta.dirname, 'types');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

jest.setTimeout(120_000);

/**
 * The type tests are TypeScript that is compiled and never run. What must not compile stands under `@ts-expect-error`:
 * should it compile after all, the compiler reports that line as unused.
 */
describe(`To TypeScript ${version}`, () => {
  describe('the types of the sources', () => {
    let compilation: Compilation;

    beforeAll(() => {
      compilation = compileProject(join(FOLDER, 'tsconfig.json'));
    });

    it.each(FILES)('are such that %s compiles where it should, and only there', (name) => {
      expect(problemsIn(compilation, join(FOLDER, name))).toEqual([]);
    });

    it('are without fault themselves', () => {
      expect(compilation.problems).toEqual([]);
    });
  });

  describe('the types of the published package', () => {
    let packed: PackedPackage;
    let compilation: Compilation;
    let folder: string;

    beforeAll(() => {
      const dependencies = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
      packed = new PackedPackage();
      const app = packed.installIn('types', [...dependencies, '@types/node']);
      folder = app.folder;
      app.write('package.json', '{ "private": true, "type": "module" }');
      for (const name of FILES) cpSync(join(FOLDER, name), join(folder, name));
      const config = {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023'],
          module: 'nodenext',
          types: ['node'],
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          experimentalDecorators: true,
          emitDecoratorMetadata: true,
          skipLibCheck: false,
        },
      };
      compilation = compileProject(app.write('tsconfig.json', JSON.stringify(config)));
    });

    afterAll(() => packed?.remove()); // there is none where packing failed

    it.each(FILES)('are such that %s compiles where it should, and only there', (name) => {
      expect(problemsIn(compilation, join(folder, name))).toEqual([]);
    });

    it('are without fault themselves, also where the compiler doesn’t skip its check of libraries', () => {
      // Other packages' declarations aren't this one's affair: they are linked, and lie elsewhere.
      expect([...problemsIn(compilation, folder), ...problemsIn(compilation, '')]).toEqual([]);
    });
  });
});

/** @param path of a file or a folder; empty for what is about no file */
function problemsIn({ problems }: Compilation, path: string): string[] {
  return problems
    .filter(({ file }) => (path === '' ? file === '' : file.startsWith(path)))
    .map(({ line, text, file }) => `${file} line ${line}: ${text}`);
}
