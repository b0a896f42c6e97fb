import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runCommand } from '../../src/catalog/command.js';

const happened: string[] = ((globalThis as { happened?: string[] }).happened ??= []);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'catalog-'));
});
afterEach(() => {
  happened.length = 0;
  rmSync(directory, { recursive: true, force: true });
});

const apps = join(import.meta.dirname, 'apps');

async function run(target: string, ...options: string[]) {
  let out = '';
  let error = '';
  const code = await runCommand(['catalog', target, ...options], {
    directory,
    out: (text) => void (out += text),
    error: (text) => void (error += text),
  });
  return { code, out, error };
}

const APP = `${join(apps, 'orders.mjs')}#AppModule`;
const written = () => readFileSync(join(directory, 'docs/events.md'), 'utf8');

describe('The command', () => {
  it('prints the catalogue, and makes nothing of the application but its modules', async () => {
    const { code, out, error } = await run(APP);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/^# Events\n/);
    expect(out).toContain('- heard by MailModule/Mail.send');
    expect(out).not.toContain('order:returned');
    expect(happened).toEqual([]);
  });

  it('starts the application where it is told to, and stops it', async () => {
    const { code, out } = await run(APP, '--start');
    expect(code).toBe(0);
    expect(out).toContain('### `order:returned`');
    expect(happened).toEqual(['constructed', 'bootstrapped', 'destroyed']);
  });

  it.each([
    ['mermaid', /^flowchart LR\n/],
    ['asyncapi', /^\{\n {2}"asyncapi": "3\.0\.0",/],
    ['json', /^\{\n {2}"source": "modules",/],
  ])('writes %s', async (format, beginning) => {
    expect((await run(APP, '--format', format)).out).toMatch(beginning);
  });

  it('gives the page, and the document, its title', async () => {
    expect((await run(APP, '--title', 'Ours')).out).toMatch(/^# Ours\n/);
    expect((await run(APP, '--title', 'Ours', '--format', 'asyncapi')).out).toContain('"title": "Ours"');
  });

  it('writes the file, in a folder that need not be there, and tells what it found', async () => {
    const { code, out } = await run(APP, '--out', 'docs/events.md');
    expect({ code, out }).toEqual({ code: 0, out: 'Wrote docs/events.md: 1 topic, 0 patterns.\n' });
    expect(written()).toBe((await run(APP)).out);
  });

  it('tells with --check that the file is up to date, whatever its line ends', async () => {
    await run(APP, '--out', 'docs/events.md');
    writeFileSync(join(directory, 'docs/events.md'), written().replaceAll('\n', '\r\n'));
    const { code, out } = await run(APP, '--out', 'docs/events.md', '--check');
    expect({ code, out }).toEqual({ code: 0, out: 'docs/events.md is up to date.\n' });
  });

  it('ends with 1 where the file is not up to date, shows the difference and leaves the file', async () => {
    await run(APP, '--out', 'docs/events.md');
    const old = written().replace('Mail.send', 'Mail.post');
    writeFileSync(join(directory, 'docs/events.md'), old);
    const { code, error } = await run(APP, '--out', 'docs/events.md', '--check');
    expect(code).toBe(1);
    expect(error).toContain('- - heard by MailModule/Mail.post\n+ - heard by MailModule/Mail.send\n');
    expect(error).toContain('without --check, and commit what it writes');
    expect(written()).toBe(old);
  });

  it('ends with 1 where the file is missing', async () => {
    const { code, error } = await run(APP, '--out', 'docs/events.md', '--check');
    expect(code).toBe(1);
    expect(error).toContain('docs/events.md is missing.');
  });

  it('shows help', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: npx/) });
  });

  it.each([
    ['one-module.mjs', 'the only module that the file exports'],
    ['default.mjs', 'the default export'],
    ['orders.mjs#dynamic', 'a dynamic module'],
  ])('takes %s for %s', async (target) => {
    const { code, out } = await run(relative(directory, join(apps, target)));
    expect(code).toBe(0);
    expect(out).toContain('order:placed');
  });

  it.each([
    ['no file', 'gone.mjs#AppModule', /There is no file .*gone\.mjs\. Is the application built\?/],
    ['a folder', '.', /apps is no file\. Name that of the root module/],
    ['TypeScript', 'app.module.ts#AppModule', /is TypeScript, which Node doesn't run\. Build/],
    ['an unknown export', 'orders.mjs#App', /has no export "App"\. It exports .*AppModule/],
    ['several modules', 'orders.mjs', /exports several modules, and no default\. .*Name one/],
    ['a class that is no module', 'orders.mjs#NoModule', /"NoModule" of .* is no Nest module/],
    ['an app without the bus', 'orders.mjs#Bare', /imports EventBusModule\.forRoot\(\)/],
  ])('ends with 2 and says what to do: %s', async (_, target, message) => {
    const { code, out, error } = await run(join(apps, target));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
    expect(error).toContain('--help');
  });

  it.each([
    ['throws', 'throw new Error("at the top");', 'at the top'],
    ['is no JavaScript', 'export class {', 'broken.mjs'],
    ['imports what is not there', 'import "./gone.mjs";', 'gone.mjs'],
    ['exports nothing', '', 'exports no module. It exports nothing.'],
  ])('ends with 2 for a file that %s', async (_, text, message) => {
    writeFileSync(join(directory, 'broken.mjs'), text);
    const { code, error } = await run('broken.mjs');
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it('ends with 2 for an application that doesn’t start, and reads it all the same in preview', async () => {
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const broken = `${join(apps, 'orders.mjs')}#Broken`;
    expect(await run(broken, '--start')).toMatchObject({
      code: 2,
      error: expect.stringContaining('no database'),
    });
    expect((await run(broken)).code).toBe(0);
    expect(stderr.mock.calls).toEqual([]); // told once, by the command
    stderr.mockRestore();
  });

  it('ends with 2 for a file that can’t be read or written', async () => {
    expect(await run(APP, '--out', '.', '--check')).toMatchObject({
      code: 2,
      error: expect.stringContaining('EISDIR'),
    });
    expect(await run(APP, '--out', '.')).toMatchObject({
      code: 2,
      error: expect.stringContaining('EISDIR'),
    });
  });
});
