import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

/** Writes a text as the project formats it, so that it stands in a diff as what has changed. */
export async function writeFormatted(path, text) {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
