import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = join(import.meta.dirname, '../../node_modules/@nestjs/core/package.json');

/** The version of Nest that the specs run on, for what differs. */
export const { version: nestVersion } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
