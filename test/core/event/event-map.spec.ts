import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { compilePattern } from '../../../src/core/event/pattern.js';

const path = fileURLToPath(new URL('event-map.generated.ts', import.meta.url));

/** Compiles a text that stands nowhere on disk, with the options of the project. */
function compile(text: string): { program: ts.Program; file: ts.SourceFile; errors: string[] } {
  const config = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
  const { compilerOptions } = ts.readConfigFile(config, ts.sys.readFile).config;
  const { options } = ts.convertCompilerOptionsFromJson(
    compilerOptions,
    fileURLToPath(new URL('../../..', import.meta.url)),
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === path ? ts.createSourceFile(name, text, version) : getSourceFile(name, version, ...rest);
  const program = ts.createProgram({ rootNames: [path], options, host });
  const file = program.getSourceFile(path)!;
  const errors = program
    .getSemanticDiagnostics(file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  return { program, file, errors };
}

const interfaceOf = (topics: readonly string[]) =>
  `interface Events { ${topics.map((topic, n) => `'${topic}': { n: ${n} };`).join(' ')} }`;

/** Everything of one to `length` of the segments, after the domain `a`. */
function inDomain(segments: readonly string[], length: number): string[] {
  let last = ['a'];
  const all = [...last];
  for (let n = 0; n < length; n++) {
    last = last.flatMap((text) =>
      [':', '.'].flatMap((sep) => segments.map((segment) => text + sep + segment)),
    );
    all.push(...last);
  }
  return all;
}

describe('The matching of patterns by the compiler', () => {
  const topics = inDomain(['a', 'b'], 3);
  const patterns = inDomain(['b', '*', '**'], 3);
  const { program, file, errors } = compile(`
    import type { TopicsFor } from '../../../src/core/event/event-map.js';
    ${interfaceOf(topics)}
    ${patterns.map((pattern, n) => `export type P${n} = TopicsFor<Events, '${pattern}'>;`).join('\n')}
  `);
  const checker = program.getTypeChecker();
  const matches = new Map<string, string[]>();
  for (const statement of file.statements.filter(ts.isTypeAliasDeclaration)) {
    const type = checker.getTypeAtLocation(statement.name);
    const members = type.isUnion() ? type.types : [type];
    const pattern = patterns[Number(statement.name.text.slice(1))]!;
    matches.set(
      pattern,
      members.flatMap((member) => (member.isStringLiteral() ? member.value : [])),
    );
  }
  const heard = (pattern: string) => {
    const compiled = compilePattern(pattern);
    return topics.filter((topic) => compiled.matches(topic));
  };
  const hasBoth = (pattern: string) => pattern.includes('**') && pattern.replaceAll('**', '').includes('*');

  it('is the matching of the bus', () => {
    expect(errors).toEqual([]);
    for (const pattern of patterns.filter((each) => !hasBoth(each))) {
      expect({ pattern, matches: matches.get(pattern)!.sort() }).toEqual({
        pattern,
        matches: heard(pattern).sort(),
      });
    }
  });

  it('misses none of what the bus matches where a pattern has both `*` and `**`', () => {
    for (const pattern of patterns.filter(hasBoth)) {
      const missed = heard(pattern).filter((topic) => !matches.get(pattern)!.includes(topic));
      expect({ pattern, missed }).toEqual({ pattern, missed: [] });
    }
  });
});
