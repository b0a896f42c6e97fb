import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/**
 * A folder in which a program, a file below test/, runs with plain Node, with the sources as the package that it imports: built,
 * but by transpiling alone, for that takes a second. Whoever makes it removes it.
 */
export function transpileApp(file: string): { readonly folder: string; readonly program: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-app-'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json')); // a program in it imports the package by its name
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  for (const path of sources.filter((path) => path.endsWith('.ts'))) {
    write(join(folder, 'dist/esm', path.replace(/\.ts$/, '.js')), join(root, 'src', path));
  }
  const program = join(folder, 'app.mjs');
  write(program, join(root, 'test', file));
  return { folder, program };
}

function write(target: string, source: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, transpile(readFileSync(source, 'utf8')));
}

function transpile(text: string): string {
  return ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}
