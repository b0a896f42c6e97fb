// `npm run check`: what a change needs before it is worth running the whole suite; well under a minute.
import { Steps } from './steps.mjs';

const steps = new Steps();
await steps.step('lint', 'npm run --silent lint');
await steps.step('format', 'npm run --silent format:check');
await steps.step('types', 'npm run --silent typecheck');
await steps.step('unused code and dependencies', 'npm run --silent knip');
// The memory spec alone takes as long as all of these.
const QUICK = 'test/architecture.spec.ts test/core --testPathIgnorePatterns=/memory.spec.ts';
await steps.step('quick specs', `npm run --silent jest -- ${QUICK}`);
steps.finish();
