// `npm run check`: what a change needs before it is worth running the whole suite; well under a minute.
import { Steps } from './steps.mjs';

const steps = new Steps();
await steps.step('lint', 'npm run --silent lint');
await steps.step('format', 'npm run --silent format:check');
await steps.step('types', 'npm run --silent typecheck');
await steps.step('unused code and dependencies', 'npm run --silent knip');
await steps.step('quick specs', 'npm run --silent jest -- test/architecture.spec.ts test/core');
steps.finish();
