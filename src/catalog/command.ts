import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createApp } from '../nest/index.js';
import { toAsyncApi } from './asyncapi.js';
import type { Catalogue } from './catalogue.js';
import { HELP, parseCommandLine, type Request } from './command-line.js';
import { lineDiff } from './line-diff.js';
import { loadRootModule } from './load-root-module.js';
import { toMarkdown } from './markdown.js';
import { toMermaid } from './mermaid.js';
import { catalogue } from './read-catalogue.js';
import { UsageError } from './usage-error.js';

/** Where a command works, and what it tells. */
export interface Terminal {
  readonly directory: string;
  out(text: string): void;
  error(text: string): void;
}

/** Does what a command line says. Answers the exit code: 0, 1 for a difference, 2 for what can't be done. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    const request = parseCommandLine(args);
    if (request !== undefined) return await run(request, terminal);
    terminal.out(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(`${error.message}\n"npx nestjs-event-bus --help" tells more.\n`);
    return 2;
  }
}

async function run(request: Request, terminal: Terminal): Promise<0 | 1> {
  const found = await readCatalogue(request, terminal.directory);
  const text = render(found, request);
  const { out, check } = request;
  if (out === undefined) terminal.out(text);
  else if (check) return compare(resolve(terminal.directory, out), text, request, terminal);
  else {
    write(resolve(terminal.directory, out), text);
    const counts = `${count(found.topics, 'topic')}, ${count(found.patterns, 'pattern')}`;
    terminal.out(`Wrote ${out}: ${counts}.\n`);
    for (const { message } of found.findings) terminal.out(`- ${message}\n`);
  }
  return 0;
}

async function readCatalogue({ target, start }: Request, directory: string): Promise<Catalogue> {
  const module = await loadRootModule(target, directory);
  try {
    const app = await createApp(module, !start);
    try {
      return catalogue(app);
    } finally {
      await app.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new UsageError(`The catalogue of ${target} can't be read: ${reason}`, { cause: error });
  }
}

function render(found: Catalogue, { format, title }: Request): string {
  const options = title === undefined ? {} : { title };
  switch (format) {
    case 'markdown':
      return toMarkdown(found, options);
    case 'mermaid':
      return toMermaid(found);
    case 'asyncapi':
      return toJson(toAsyncApi(found, options));
    case 'json':
      return toJson(found);
  }
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function compare(file: string, text: string, { out }: Request, terminal: Terminal): 0 | 1 {
  const known = contentOf(file);
  if (known === text) {
    terminal.out(`${out} is up to date.\n`);
    return 0;
  }
  const fault =
    known === undefined ? `${out} is missing.` : `${out} is not up to date:\n\n${lineDiff(known, text)}\n`;
  terminal.error(`${fault}\nRun the same command without --check, and commit what it writes.\n`);
  return 1;
}

function count(list: readonly unknown[], name: string): string {
  return `${list.length} ${name}${list.length === 1 ? '' : 's'}`;
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** With the line endings that it was written with, whatever a checkout made of them. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError((error as Error).message, { cause: error });
  }
}
