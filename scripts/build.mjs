// Builds the package twice from the same sources: dist/esm, the copy that every current Node loads, and dist/cjs for
// those who can't load ES modules (jest in CommonJS mode, older resolvers).
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './steps.mjs';

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const tsc = (project) => run([process.execPath, 'node_modules/typescript/bin/tsc', '-p', project]);
const exitCodes = await Promise.all([tsc('tsconfig.build.json'), tsc('tsconfig.build.cjs.json')]);
if (exitCodes.some((code) => code !== 0)) process.exit(1);

// The package's own `type` is `module`; without this file Node would read the CommonJS copy as ES modules.
writeFileSync(join(dist, 'cjs', 'package.json'), `${JSON.stringify({ type: 'commonjs' }, null, 2)}\n`);
