import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { fakeTimersContract } from './fake-timers-contract.js';

const ROOT = join(import.meta.dirname, '../..');

afterEach(() => {
  jest.useRealTimers();
});

describe('Under jest', () => {
  it.each(Object.entries(fakeTimersContract))('%s', (_, test) => test(jest));
});

describe('Under vitest', () => {
  it('the same holds', () => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const output = execFileSync(
      process.execPath,
      [vitest, 'run', '--reporter=json', '--config', join(import.meta.dirname, 'vitest/vitest.config.ts')],
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    const { testResults } = JSON.parse(output.slice(output.indexOf('{'))) as VitestReport;
    const passed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed')
      .map(({ title }) => title);
    expect(passed).toEqual(Object.keys(fakeTimersContract));
  }, 120_000);
});

interface VitestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}
