import { describe, expect, it } from '@jest/globals';
import { HELP, parseCommandLine } from '../../src/catalog/command-line.js';
import { UsageError } from '../../src/catalog/usage-error.js';

const TARGET = './dist/app.module.js#AppModule';

describe('The command line', () => {
  it('asks for Markdown on the standard output unless it says otherwise', () => {
    expect(parseCommandLine(['catalog', TARGET])).toEqual({
      target: TARGET,
      format: 'markdown',
      out: undefined,
      check: false,
      start: false,
      title: undefined,
    });
  });

  it('has its options before and after the application', () => {
    const args = '--check catalog --format=json ./a.js --out docs/e.json --start --title'.split(' ');
    expect(parseCommandLine([...args, 'Our events'])).toEqual({
      target: './a.js',
      format: 'json',
      out: 'docs/e.json',
      check: true,
      start: true,
      title: 'Our events',
    });
  });

  it.each([[[]], [['--help']], [['-h']], [['catalog', '--help']]])('asks for help by %j', (args) => {
    expect(parseCommandLine(args)).toBeUndefined();
  });

  it.each([
    [['catalogue', TARGET], 'There is no command "catalogue", only "catalog".'],
    [['--check'], 'Say what to do: "catalog"'],
    [['catalog'], 'Say which application'],
    [['catalog', TARGET, 'x'], '"x" is too much'],
    [['catalog', TARGET, '--format', 'html'], 'There is no format "html". There are markdown, mermaid'],
    [['catalog', TARGET, '--check'], '--check needs --out'],
    [['catalog', TARGET, '--out', ''], '--out needs the path'],
    [['catalog', TARGET, '--output', 'x'], "'--output'"],
    [['catalog', TARGET, '--out'], '--out'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it('explains every option in its help', () => {
    for (const option of ['--format', '--out', '--check', '--start', '--title', '--help']) {
      expect(HELP).toContain(`\n  ${option} `);
    }
  });
});
