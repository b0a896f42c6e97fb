import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDirectory } from '../src/settings/data-directory.js';
import { temporaryDirectory } from './support/temporary-directory.js';

describe('The data directory', () => {
  let path: string;
  beforeEach(async () => {
    path = await temporaryDirectory();
  });
  afterEach(() => rm(path, { recursive: true }));

  it('is made where it doesn’t exist', async () => {
    const directory = await DataDirectory.open(join(path, 'a', 'b'));
    await expect(access(directory.pathOf('lock'))).resolves.toBeUndefined();
  });

  it('is refused while another process uses it, with that process’s id', async () => {
    await writeFile(join(path, 'lock'), String(process.ppid));
    await expect(DataDirectory.open(path)).rejects.toThrow(`in use by process ${process.ppid}`);
  });

  it('is taken over from a process that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(join(path, 'lock'), String(pid));
    await expect(DataDirectory.open(path)).resolves.toBeInstanceOf(DataDirectory);
  });

  it.each(['', 'nonsense'])('is taken over where the lock file says “%s”', async (content) => {
    await writeFile(join(path, 'lock'), content);
    await expect(DataDirectory.open(path)).resolves.toBeInstanceOf(DataDirectory);
  });

  it('is free again after shutdown', async () => {
    const directory = await DataDirectory.open(path);
    await directory.onApplicationShutdown();
    await expect(access(directory.pathOf('lock'))).rejects.toThrow('ENOENT');
  });
});
