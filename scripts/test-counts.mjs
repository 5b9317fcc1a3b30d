// Counts tests from the JSON reports of Vitest or Playwright.
import { existsSync, readFileSync } from 'node:fs'

export const noTests = Object.freeze({ passed: 0, failed: 0, skipped: 0 })

/** Reads one report; without one, no test was executed. */
export function readCounts(file) {
  if (!existsSync(file)) return noTests
  const report = JSON.parse(readFileSync(file, 'utf8'))
  return report.stats ? playwrightCounts(report.stats) : vitestCounts(report)
}

export function addCounts(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  }
}

/** The last line of `npm test`. */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

function vitestCounts(report) {
  // A file that cannot be loaded has no tests to fail.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

// A test that passes only when repeated is not one to rely on: where it may be repeated, it is printed as flaky.
function playwrightCounts({ expected, unexpected, flaky, skipped }) {
  return { passed: expected + flaky, failed: unexpected, skipped }
}
