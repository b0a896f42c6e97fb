import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PgliteConnection } from '../../src/database/pglite-connection.js';

const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/**
 * An empty embedded database. It takes PGlite seconds to make one, and a fraction of one to open it: the first specs that need
 * one make it, before any test's time runs, and all use copies. `npm ci` removes it.
 */
const ORIGINAL = await original();

/** Puts an empty embedded database where there is none yet. */
export function prepareDatabase(directory: string): void {
  cpSync(ORIGINAL, directory, { recursive: true });
}

async function original(): Promise<string> {
  const manifest = await readFile(join(NODE_MODULES, '@electric-sql/pglite/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const directory = join(NODE_MODULES, '.cache', `pglite-${version}`);
  if (!(await exists(directory))) await make(directory);
  return directory;
}

/** All of it at once, since specs run in several processes. */
async function make(directory: string): Promise<void> {
  const own = `${directory}-${randomUUID()}`;
  await mkdir(dirname(directory), { recursive: true });
  const connection = await PgliteConnection.open(own);
  await connection.close();
  try {
    await rename(own, directory);
  } catch (error) {
    await rm(own, { recursive: true });
    if (!(await exists(directory))) throw error; // else somebody else was faster
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
