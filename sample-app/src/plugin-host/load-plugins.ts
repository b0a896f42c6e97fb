import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';

/** The Nest modules that files named `….plugin.js` in the folder, or in folders in it, export, each as the only thing. */
export async function loadPlugins(folder: string): Promise<Type[]> {
  const paths = await readdir(folder, { recursive: true });
  const plugins = paths.filter((path) => /\.plugin\.(js|ts)$/.test(path)).toSorted();
  return Promise.all(plugins.map((path) => loadPlugin(join(folder, path))));
}

async function loadPlugin(path: string): Promise<Type> {
  const [plugin, ...others] = Object.values((await import(pathToFileURL(path).href)) as object) as unknown[];
  if (typeof plugin === 'function' && others.length === 0) return plugin as Type;
  throw new Error(`The plugin ${path} has to export one thing: its module.`);
}
