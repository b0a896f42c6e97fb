import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/**
 * The type tests are TypeScript that is compiled and never run. What must not compile stands under `@ts-expect-error`:
 * should it compile after all, the compiler reports that line as unused.
 */
describe('The types, as the compiler sees them', () => {
  const configPath = fileURLToPath(new URL('types/tsconfig.json', import.meta.url));
  const folder = dirname(configPath);
  const config = ts.getParsedCommandLineOfConfigFile(
    configPath,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic },
  );
  if (!config) throw new Error(`${configPath} can't be read`);
  const program = ts.createProgram({ rootNames: config.fileNames, options: config.options });

  it('stand in a configuration without errors', () => {
    expect([
      ...config.errors,
      ...program.getConfigFileParsingDiagnostics(),
      ...program.getGlobalDiagnostics(),
    ]).toEqual([]);
    expect(config.fileNames).not.toEqual([]);
  });

  it.each(config.fileNames.map((path) => relative(folder, path)))(
    '%s compiles where it should, and only there',
    (name) => {
      const file = program.getSourceFiles().find(({ fileName }) => relative(folder, fileName) === name);
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      expect(file).toBeDefined();
      expect(diagnostics.map(inOneLine)).toEqual([]);
    },
  );
});

function onUnRecoverableConfigFileDiagnostic(diagnostic: ts.Diagnostic): never {
  throw new Error(inOneLine(diagnostic));
}

function inOneLine({ file, start, code, messageText }: ts.Diagnostic): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `line ${line}: TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
