import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The compiler of the type specs, as a program: this project's own or, for other versions, that of the package `typescript` in
 * the folder that the environment names. (As a library, TypeScript 7 is another thing than those before it.)
 */
const tsc = join(process.env['TYPESCRIPT'] ?? join(root, 'node_modules/typescript'), 'bin/tsc');

/** As the compiler itself says: `6.0.3`. */
export const version = run(['--version']).replace('Version', '').trim();

interface Problem {
  /** Its absolute path; empty for the project as a whole. */
  readonly file: string;
  readonly line: number;
  /** `TS2345: …`, in several lines where the compiler explains. */
  readonly text: string;
}

export interface Compilation {
  readonly problems: readonly Problem[];
  /** How much there was to do, by the compiler's own count: the same on every machine. */
  readonly types: number;
  readonly instantiations: number;
}

/** @param project the path of a tsconfig.json */
export function compileProject(project: string): Compilation {
  const output = run([
    ...['--project', project, '--noEmit', '--pretty', 'false', '--extendedDiagnostics'],
    // In several threads it would do some of the work several times.
    ...(Number.parseInt(version) >= 7 ? ['--singleThreaded'] : []),
  ]);
  return {
    problems: readProblems(output),
    types: readFigure(output, 'Types'),
    instantiations: readFigure(output, 'Instantiations'),
  };
}

/**
 * Compiles ES modules, given by name, against the sources, with the options of this project but for those given. Problems have
 * the bare names.
 */
export function compileFiles(
  files: Readonly<Record<string, string>>,
  compilerOptions: Readonly<Record<string, unknown>> = {},
): Compilation {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-event-bus-types-')));
  try {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions,
      include: ['*.ts'],
      exclude: [],
    };
    const all = { ...files, 'package.json': '{ "type": "module" }', 'tsconfig.json': JSON.stringify(config) };
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
    const { problems, ...work } = compileProject(join(folder, 'tsconfig.json'));
    return {
      problems: problems.map((each) => ({ ...each, file: each.file.replace(folder + sep, '') })),
      ...work,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles one of them. */
export function compileText(text: string): Compilation {
  return compileFiles({ 'text.ts': text });
}

function run(args: readonly string[]): string {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [tsc, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  // 1 and 2: it found problems, and says so.
  if (error !== undefined || status === null || status > 2 || stderr !== '') {
    throw new Error(`tsc ended with ${status}: ${stderr}${stdout}`, { cause: error });
  }
  return stdout;
}

function readProblems(output: string): Problem[] {
  const found = output.matchAll(/^(?:(.+)\((\d+),\d+\): )?error (TS\d+: .*(?:\n\s+.*)*)/gm);
  return [...found].map(([, file, line, text]) => ({
    file: file === undefined ? '' : resolve(root, file),
    line: Number(line ?? 0),
    text: text!.trimEnd(),
  }));
}

function readFigure(output: string, name: string): number {
  const figure = new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(output)?.[1];
  if (figure === undefined) throw new Error(`tsc doesn't say how many ${name} it made: ${output}`);
  return Number(figure);
}
