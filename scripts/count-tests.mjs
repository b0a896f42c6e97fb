import { existsSync, readFileSync } from 'node:fs';

/**
 * Sums the reports that jest wrote with `--json`. A file of specs that couldn't run at all holds no test that jest could
 * count, so it counts as one failed; so does a run that left no report.
 */
export function countTests(reportFiles) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of reportFiles) {
    if (!existsSync(file)) {
      total.failed += 1;
      continue;
    }
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    total.skipped += report.numPendingTests + report.numTodoTests;
  }
  return total;
}
