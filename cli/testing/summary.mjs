// @ts-check

/** @typedef {{passed: number, failed: number, skipped: number, notes: string[]}} Summary */

/**
 * Counts what vitest did, so that nothing that went wrong can look like success: a file that does not load, an error
 * outside the tests, a run that died and one that found no tests each count as a failure.
 * @param {any} report vitest's JSON, null where it wrote none
 * @param {number} exitCode
 * @returns {Summary}
 */
export function summarise(report, exitCode) {
  if (!report || !Array.isArray(report.testResults)) {
    return { passed: 0, failed: 1, skipped: 0, notes: [`vitest ended early (exit code ${exitCode})`] };
  }
  const notes = [];
  let { passed, failed, skipped } = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    const tests = file.assertionResults ?? [];
    const failures = tests.filter((/** @type {any} */ test) => test.status === 'failed').length;
    passed += tests.filter((/** @type {any} */ test) => test.status === 'passed').length;
    skipped +=
      tests.length - failures - tests.filter((/** @type {any} */ test) => test.status === 'passed').length;
    failed += failures;
    if (file.status === 'failed' && failures === 0) {
      failed++;
      notes.push(`${file.name} did not run: ${String(file.message ?? '').split('\n')[0]}`);
    }
  }
  if (passed + failed === 0) {
    failed++;
    notes.push('no tests were found');
  } else if (exitCode !== 0 && failed === 0) {
    failed++;
    notes.push(`an error outside the tests (vitest's exit code ${exitCode})`);
  }
  return { passed, failed, skipped, notes };
}

/** @param {Summary[]} summaries @returns {Summary} */
export function add(summaries) {
  const total = { passed: 0, failed: 0, skipped: 0, notes: /** @type {string[]} */ ([]) };
  for (const one of summaries) {
    total.passed += one.passed;
    total.failed += one.failed;
    total.skipped += one.skipped;
    total.notes.push(...one.notes);
  }
  return total;
}

/** The last line of `npm test`, which programs read. @param {Summary} summary */
export const lastLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
