import { moduleOf, startApp } from '../nest/handler-app.mjs';
import { INJECTED, injectingProvider } from '../nest/injecting-providers.mjs';

const PROVIDERS_PER_MODULE = 10;

/**
 * What it costs the start of an application that a provider has the bus injected, which knows its owner: the processor time of a
 * start with so many providers that ask for it, less that of a start with as many that ask for nothing (measured before and after in
 * the same process), for each provider. Nest takes most of it, as "any transient" shows.
 */
export const scenario = {
  name: 'injected-views-boot',
  title: 'start: a bus is injected into a provider, among so many',
  unit: 'ns',
  group: 'nest',
  reference: 'a plain singleton',
  contenders: Object.keys(INJECTED),
  variants: INJECTED,
  sizes: [1_000, 5_000],
  fresh: true,
  rounds: 3,
  prepare: ({ contender: { module, token }, size }) => ({
    async measure() {
      await timeOf([], module, size);
      const before = await timeOf([], module, size);
      const itself = await timeOf([token], module, size);
      const after = await timeOf([], module, size);
      return ((itself - (before + after) / 2) / size) * 1_000;
    },
  }),
};

/** In µs. */
async function timeOf(tokens, module, size) {
  let made = 0;
  const types = Array.from({ length: size }, () => injectingProvider(tokens, () => made++));
  const modules = [];
  for (let at = 0; at < size; at += PROVIDERS_PER_MODULE) {
    modules.push(moduleOf({ providers: types.slice(at, at + PROVIDERS_PER_MODULE) }));
  }
  const root = moduleOf({ imports: [module, ...modules] });
  globalThis.gc();
  const usage = process.cpuUsage();
  const app = await startApp(root);
  const { user, system } = process.cpuUsage(usage);
  if (made !== size) throw new Error('Not every provider was made.');
  await app.close();
  return user + system;
}
