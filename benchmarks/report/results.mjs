import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageError } from '../harness/usage-error.mjs';
import { writeFormatted } from './formatted-file.mjs';
import { markdown } from './markdown.mjs';
import { plot } from './plot.mjs';

const FOLDER = join(import.meta.dirname, '..');
const RESULTS = join(FOLDER, 'results');

/**
 * Keeps a complete run, every round of it, in place of the last one on that line of Node.
 *
 * @returns the path of what was written
 */
export async function writeResults(run) {
  mkdirSync(RESULTS, { recursive: true });
  const path = join(RESULTS, `node-${Number.parseInt(run.versions.node, 10)}.json`);
  await writeFormatted(path, JSON.stringify(run, shortNumber));
  return shown(path);
}

/** Writes anew what is made of all results. @returns the paths @throws UsageError where there are none */
export async function writeReport() {
  mkdirSync(RESULTS, { recursive: true });
  const runs = readdirSync(RESULTS)
    .filter((name) => /^node-\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')))
    .toSorted((a, b) => Number.parseInt(a.versions.node, 10) - Number.parseInt(b.versions.node, 10));
  if (runs.length === 0) throw new UsageError('There are no results yet: `npm run bench` makes them.');
  const page = join(FOLDER, 'RESULTS.md');
  const picture = join(RESULTS, 'emit.svg');
  await writeFormatted(page, markdown(runs));
  writeFileSync(picture, plot(runs.at(-1)));
  return [page, picture].map(shown);
}

/** Four significant digits are more than any clock is good for. */
function shortNumber(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

function shown(path) {
  return relative(join(FOLDER, '..'), path);
}
