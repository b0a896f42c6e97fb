import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** For the specs that a jest spec runs in a process of their own; like jest's, it has them run against the sources. */
// oxlint-disable-next-line import/no-default-export -- what vitest reads
export default defineConfig({
  root,
  resolve: {
    alias: [{ find: /^nestjs-event-bus\/(.*)$/, replacement: `${root}src/$1/index.ts` }],
  },
  test: { include: ['test/testing/vitest/*.vitest.ts'] },
});
