import { readdirSync } from 'node:fs';

/** The names of all contenders: the files of this folder that are one. */
export const CONTENDERS = readdirSync(import.meta.dirname)
  .map((file) => file.replace(/\.mjs$/, ''))
  .filter((name) => !['index', 'groups', 'built-bus'].includes(name));

/** Loads a contender, and with it no other. */
export async function contenderOf(name) {
  const { contender } = await import(`./${name}.mjs`);
  return contender;
}
