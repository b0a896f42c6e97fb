import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

const FORMATS = ['markdown', 'mermaid', 'asyncapi', 'json'] as const;
type Format = (typeof FORMATS)[number];

/** What the command line asks for. */
export interface Request {
  /** The file of the root module and the export in it, such as `./dist/app.module.js#AppModule`. */
  readonly target: string;
  readonly format: Format;
  /** The file to write or to compare; undefined for the standard output. */
  readonly out: string | undefined;
  readonly check: boolean;
  readonly start: boolean;
  readonly title: string | undefined;
}

export const HELP = `Usage: npx nestjs-event-bus catalog <file>[#<export>] [options]

Writes the catalogue of an application's events: which topics there are, who emits them and who hears them.

  <file>[#<export>]  the compiled root module, such as ./dist/app.module.js#AppModule; without an export, the default one or
                     the only module that the file exports
  --format <format>  ${FORMATS.join(', ')} (markdown)
  --out <path>       the file to write (the standard output)
  --check            compare with the file at --out instead of writing it: ends with 1, and shows the difference, if it isn't
                     up to date
  --start            start the application, hooks and all, without listening. Else Nest's preview mode puts its modules together
                     and makes none of their providers
  --title <title>    the title of the page (Events)
  --help             this text

Ends with 0, with 1 if --check finds a difference, and with 2 if it can't do what it was asked for.
`;

/** Answers undefined where help is asked for. @throws UsageError */
export function parseCommandLine(args: readonly string[]): Request | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true || (args.length === 0 && positionals.length === 0)) return undefined;
  const [command, target, ...rest] = positionals;
  if (command !== 'catalog') {
    throw new UsageError(
      command === undefined
        ? 'Say what to do: "catalog" is the one command.'
        : `There is no command "${command}", only "catalog".`,
    );
  }
  if (target === undefined) {
    throw new UsageError(
      'Say which application: the file of its root module, such as ./dist/app.module.js#AppModule.',
    );
  }
  if (rest.length > 0) throw new UsageError(`One application at a time: "${rest.join(' ')}" is too much.`);
  const { format = 'markdown', out, check = false, start = false, title } = values;
  if (!isFormat(format)) {
    throw new UsageError(`There is no format "${format}". There are ${FORMATS.join(', ')}.`);
  }
  if (check && out === undefined) throw new UsageError('--check needs --out, the file to compare with.');
  if (out === '') throw new UsageError('--out needs the path of a file.');
  return { target, format, out, check, start, title };
}

function parse(args: readonly string[]): ReturnType<typeof parseStrictly> {
  try {
    return parseStrictly(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseStrictly(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      out: { type: 'string' },
      check: { type: 'boolean' },
      start: { type: 'boolean' },
      title: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function isFormat(text: string): text is Format {
  return (FORMATS as readonly string[]).includes(text);
}
