import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as bus from 'nestjs-event-bus';
import ts from 'typescript';
import { codeBlocks, tableRows } from './support/markdown.js';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Where options are. */
const SOURCES = [
  'src/core/options.ts',
  'src/core/delivery/delivery-options.ts',
  'src/core/event/definition.ts',
  'src/core/lifecycle/boot-gate.ts',
  'src/logging/log-options.ts',
  'src/logging/redact-options.ts',
  'src/nest/startup/startup-step.decorator.ts',
  'src/nest/startup/step-options.ts',
  'src/nest/startup/external.ts',
  'src/health/health-options.ts',
];
const OPTION = /@default ([^\n*]+?)\s*(?:\n\s*)?\*\/\n\s*(\w+)\?:/g;
/** The section of docs/defaults.md for each interface and, where its options stand inside another option, that one's name. */
const TABLES: Readonly<Record<string, readonly [heading: string, prefix?: string]>> = {
  RootEventBusOptions: ['EventBusModule.forRoot()'],
  SubscribeOptions: ['on, once, @OnEvent'],
  DeliveryOptions: ['on, once, @OnEvent'],
  RetryOptions: ['on, once, @OnEvent', 'retry.'],
  Backoff: ['on, once, @OnEvent', 'retry.backoff.'],
  PauseOptions: ['on, once, @OnEvent', 'pause.'],
  GatedOptions: ['on, once, @OnEvent'],
  QueueOptions: ['on, once, @OnEvent', 'queue.'],
  EmitOptions: ['emit, emitAsync'],
  EmitAsyncOptions: ['emit, emitAsync'],
  WaitOptions: ['waitFor'],
  StreamOptions: ['stream, observe'],
  DefinitionOptions: ['defineEvent'],
  LogOptions: ['EventBusModule.forRoot()', 'logging.'],
  RedactOptions: ['EventBusModule.forRoot()', 'logging.redact.'],
  StartupStepOptions: ['@StartupStep'],
  StepOptions: ['@StartupStep'],
  StepRetryOptions: ['@StartupStep', 'retry.'],
  ExternalOptions: ['external'],
  HealthOptions: ['isHealthy'],
};
/** Nested options of `RootEventBusOptions` that have one name, by their defaults. */
const NESTED: Readonly<Record<string, string>> = {
  '100': 'history.capacity',
  '1_000': 'deadLetters.capacity',
};

/** Compiles texts as if they were files in the project's root, and answers what the compiler says. */
function compile(files: ReadonlyMap<string, string>): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'tsconfig.json'),
    { noUnusedLocals: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  const host = ts.createCompilerHost(config!.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, language) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, language)
      : ts.createSourceFile(path, text, language, true);
  };
  const program = ts.createProgram([...files.keys()], config!.options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const where = diagnostic.file?.fileName.replace(`${ROOT}/`, '') ?? '';
    return `${where}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
  });
}

describe('The documentation', () => {
  it('shows only code that compiles', () => {
    const pages = [
      'README.md',
      ...readdirSync(join(ROOT, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
    ];
    const files = new Map<string, string>();
    for (const page of pages) {
      for (const { line, code } of codeBlocks(read(page), 'ts')) {
        files.set(join(ROOT, `${page.replaceAll(/[/.]/g, '-')}-line-${line}.ts`), `${code}\nexport {};\n`);
      }
    }
    expect(files.size).toBeGreaterThan(10);
    expect(compile(files)).toEqual([]);
  }, 60_000);

  it('would notice code that does not compile', () => {
    const wrong = new Map([[join(ROOT, 'wrong.ts'), 'export const text: string = 1;']]);
    expect(compile(wrong)).toEqual([expect.stringContaining('not assignable')]);
  }, 60_000);

  it('names the default of every option as the source does', () => {
    const sections = read('docs/defaults.md').split(/^## /m);
    /** What a page's section says of an option. */
    const documented = (heading: string, option: string): string | undefined => {
      const section = sections.find((each) => each.split('\n', 1)[0]!.replaceAll('`', '') === heading) ?? '';
      const row = tableRows(section).find(([name]) => name === `\`${option}\``);
      return row?.[1]?.replaceAll('`', '');
    };
    const options = SOURCES.map(read)
      .join('\n')
      .split(/^export interface /m)
      .slice(1);
    const found = options.flatMap((text) => {
      const name = /^\w+/.exec(text)![0];
      return [...text.matchAll(OPTION)].map(([, value, option]) => ({ name, option, value }));
    });
    expect(found.length).toBeGreaterThan(20);
    for (const { name, option, value } of found) {
      const [heading, prefix = ''] = TABLES[name] ?? [];
      // `RootEventBusOptions` has its nested options in place.
      const nested = name === 'RootEventBusOptions' && option === 'capacity' ? NESTED[value!] : undefined;
      const shown = documented(heading ?? '', nested ?? `${prefix}${option}`);
      expect([name, option, shown]).toEqual([name, option, value!.replaceAll('`', '')]);
    }
  });

  it('lists every error with its code', () => {
    const documented = tableRows(read('docs/errors.md')).map(([name, code]) =>
      `${name} ${code}`.replaceAll('`', ''),
    );
    const source = read('src/core/errors.ts') + read('src/nest/errors.ts');
    const classes = [
      ...source.matchAll(/^export class (\w+)(?:(?!^export class)[\s\S])*?'(EVENT_BUS_\w+)'/gm),
    ].filter(([, name]) => name !== 'EventBusError');
    expect(documented.toSorted()).toEqual(classes.map(([, name, code]) => `${name} ${code}`).toSorted());
    for (const [, name] of classes) expect(bus).toHaveProperty(name!);
  });
});
