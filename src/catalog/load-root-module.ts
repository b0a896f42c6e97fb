import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRootModule, type RootModule } from '../nest/index.js';
import { UsageError } from './usage-error.js';

/**
 * Loads the root module that a command line names.
 *
 * @param target `file#export`; without an export, the default one or the only module
 * @throws (rejects) UsageError
 */
export async function loadRootModule(target: string, directory: string): Promise<RootModule> {
  const at = target.lastIndexOf('#');
  const [path, name] = at === -1 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)];
  const file = resolve(directory, path);
  assertFile(path, file);
  const found = await load(path, file);
  const value = name === undefined ? onlyModule(path, found) : found[name];
  if (name !== undefined && !(name in found)) {
    throw new UsageError(`${path} has no export "${name}". ${listOf(found)}`);
  }
  if (isRootModule(value)) return value;
  throw new UsageError(
    `${name === undefined ? 'The default export' : `The export "${name}"`} of ${path} is no Nest module: a class under @Module(), or a dynamic module. ${listOf(found)}`,
  );
}

type Exports = Readonly<Record<string, unknown>>;

function assertFile(path: string, file: string): void {
  if (/\.[cm]?tsx?$/.test(file)) {
    throw new UsageError(
      `${path} is TypeScript, which Node doesn't run. Build the application and name what comes of it, such as ./dist/app.module.js#AppModule.`,
    );
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new UsageError(`There is no file ${file}. Is the application built?`);
  }
  if (!stats.isFile()) {
    throw new UsageError(
      `${path} is no file. Name that of the root module, such as ./dist/app.module.js#AppModule.`,
    );
  }
}

async function load(path: string, file: string): Promise<Exports> {
  try {
    return exportsOf((await import(pathToFileURL(file).href)) as Exports);
  } catch (error) {
    throw new UsageError(`${path} can't be loaded: ${stackOf(error)}`, { cause: error });
  }
}

/** Of CommonJS, Node finds some exports by reading, and puts all of them together under `default`. */
function exportsOf(namespace: Exports): Exports {
  const all = namespace['default'];
  if (typeof all !== 'object' || all === null || isRootModule(all)) return namespace;
  return { ...namespace, default: undefined, ...all };
}

function onlyModule(path: string, found: Exports): unknown {
  if (found['default'] !== undefined) return found['default'];
  const modules = Object.entries(found).filter(([, value]) => isRootModule(value));
  if (modules.length === 1) return modules[0]![1];
  const which = modules.length === 0 ? 'no module' : 'several modules, and no default';
  throw new UsageError(`${path} exports ${which}. ${listOf(found)} Name one, such as ${path}#AppModule.`);
}

function listOf(found: Exports): string {
  const names = Object.keys(found).filter((name) => found[name] !== undefined && name !== '__esModule');
  return names.length === 0 ? 'It exports nothing.' : `It exports ${names.join(', ')}.`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
